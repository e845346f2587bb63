package io.nationtech.iot.codec;

import io.nationtech.iot.codec.PodmanV0.Capabilities;
import io.nationtech.iot.codec.PodmanV0.Condition;
import io.nationtech.iot.codec.PodmanV0.Confinement;
import io.nationtech.iot.codec.PodmanV0.Dependency;
import io.nationtech.iot.codec.PodmanV0.Device;
import io.nationtech.iot.codec.PodmanV0.Env;
import io.nationtech.iot.codec.PodmanV0.ExtraHost;
import io.nationtech.iot.codec.PodmanV0.File;
import io.nationtech.iot.codec.PodmanV0.Healthcheck;
import io.nationtech.iot.codec.PodmanV0.Network;
import io.nationtech.iot.codec.PodmanV0.Networking;
import io.nationtech.iot.codec.PodmanV0.Port;
import io.nationtech.iot.codec.PodmanV0.Process;
import io.nationtech.iot.codec.PodmanV0.Protocol;
import io.nationtech.iot.codec.PodmanV0.PullPolicy;
import io.nationtech.iot.codec.PodmanV0.Resources;
import io.nationtech.iot.codec.PodmanV0.RestartPolicy;
import io.nationtech.iot.codec.PodmanV0.Service;
import io.nationtech.iot.codec.PodmanV0.Storage;
import io.nationtech.iot.codec.PodmanV0.Volume;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads one service of a PodmanV0 score; what is not as it must be is named. */
final class ServiceReader {
  private static final String USER_PART = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}";
  private static final Pattern USER = Pattern.compile(USER_PART + "(:" + USER_PART + ")?");
  private static final Pattern HOST_NAME =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?");
  private static final Pattern DOTTED = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
  private static final Pattern COLONS = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
  private static final Pattern MODE = Pattern.compile("0?[0-7]{3}");
  private static final Pattern PERMISSIONS = Pattern.compile("(?=.)r?w?m?");
  private static final Pattern CAPABILITY = Pattern.compile("[A-Z][A-Z0-9_]{0,62}");

  private static final int LONGEST_PATH = 512;
  static final String ABSOLUTE = "must be an absolute path without '.', '..' and '//'";

  private ServiceReader() {}

  static Service read(Fields service) throws MalformedDocumentException {
    return new Service(
        label(service, "name"),
        CanonicalJson.write(service.node()),
        notEmpty(service, "image"),
        service.optionalEnum("pullPolicy", PullPolicy.class),
        process(service),
        service.list("secrets", SecretReader::secret),
        new Networking(
            service.optionalEnum("network", Network.class),
            service.list("ports", ServiceReader::port),
            service.list("extraHosts", ServiceReader::extraHost)),
        storage(service),
        new Confinement(
            service.flag("privileged"),
            service.flag("readOnlyRootFilesystem"),
            service.below("capabilities", ServiceReader::capabilities),
            service.below("resources", ServiceReader::resources)),
        service.optionalEnum("restartPolicy", RestartPolicy.class),
        service.optionalBelow("healthcheck", ServiceReader::healthcheck),
        service.list("dependsOn", ServiceReader::dependency),
        labels(service));
  }

  private static Process process(Fields service) throws MalformedDocumentException {
    return new Process(
        service.optionalTexts("command"),
        service.optionalTexts("args"),
        service.list(
            "env", env -> new Env(notEmpty(env, "name"), env.optionalText("value").orElse(""))),
        service.optionalMatch("user", USER.asMatchPredicate(), "must be a user, or user:group"),
        service.optionalMatch("workingDir", path -> path.equals("/") || isPath(path), ABSOLUTE),
        service.optionalInteger("stopTimeoutSeconds", 0, 86_400));
  }

  private static Healthcheck healthcheck(Fields check) throws MalformedDocumentException {
    var command = check.optionalTexts("command").orElse(List.of());
    if (command.isEmpty() || command.getFirst().isEmpty()) {
      throw check.malformed("command", "is missing or empty");
    }
    return new Healthcheck(
        command,
        check.optionalInteger("periodSeconds", 1, 86_400),
        check.optionalInteger("timeoutSeconds", 1, 86_400),
        check.optionalInteger("failureThreshold", 1, 1000),
        check.optionalInteger("startPeriodSeconds", 0, 86_400));
  }

  private static Dependency dependency(Fields dependency) throws MalformedDocumentException {
    var condition = dependency.optionalEnum("condition", Condition.class);
    if (condition.isEmpty()) {
      throw dependency.malformed("condition", "is missing");
    }
    return new Dependency(label(dependency, "service"), condition.get());
  }

  private static Port port(Fields port) throws MalformedDocumentException {
    return new Port(
        Math.toIntExact(port.number("containerPort", 1, 65_535)),
        port.optionalInteger("hostPort", 1, 65_535),
        port.optionalText("hostIP"),
        port.optionalEnum("protocol", Protocol.class));
  }

  private static ExtraHost extraHost(Fields host) throws MalformedDocumentException {
    var name = host.match("name", HOST_NAME.asMatchPredicate(), "must be a host name");
    var ip = host.text("ip");
    if (!isAddress(ip)) {
      throw host.malformed("ip", "must be an IP address");
    }
    return new ExtraHost(name, ip);
  }

  private static boolean isAddress(String ip) {
    if (!DOTTED.matcher(ip).matches() && !COLONS.matcher(ip).matches()) {
      return false;
    }
    try {
      InetAddress.ofLiteral(ip);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Every part of it stands for itself: no way up, and nothing that another program would drop. */
  static boolean isPath(String path) {
    return path.startsWith("/")
        && path.length() <= LONGEST_PATH
        && path.chars().noneMatch(Character::isISOControl)
        && Stream.of(path.substring(1).split("/", -1))
            .noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
  }

  private static Storage storage(Fields service) throws MalformedDocumentException {
    var volumes = service.list("volumes", ServiceReader::volume);
    return new Storage(
        volumes,
        service.list("files", file -> file(file, volumes)),
        service.list("devices", ServiceReader::device));
  }

  private static Volume volume(Fields volume) throws MalformedDocumentException {
    var name = volume.optionalText("name");
    var hostPath = volume.optionalText("hostPath");
    if (name.isPresent() == hostPath.isPresent()) {
      throw volume.malformed("name", "or hostPath must be given, and not both");
    }
    if (name.isPresent()) {
      label(volume, "name");
    }
    if (hostPath.isPresent() && !hostPath.get().startsWith("/")) {
      throw volume.malformed("hostPath", "must be absolute");
    }
    var mountPath = volume.text("mountPath");
    if (!mountPath.startsWith("/")) {
      throw volume.malformed("mountPath", "must be absolute");
    }
    return new Volume(name, hostPath, mountPath, volume.flag("readOnly"));
  }

  /** A file below a volume would be hidden by it. */
  private static File file(Fields file, List<Volume> volumes) throws MalformedDocumentException {
    var path = file.match("path", ServiceReader::isPath, ABSOLUTE);
    for (var volume : volumes) {
      if ((path + "/").startsWith(volume.mountPath().replaceAll("/*$", "") + "/")) {
        throw file.malformed("path", "lies in a volume, " + volume.mountPath());
      }
    }
    return new File(
        path,
        file.text("content"),
        file.optionalMatch("mode", MODE.asMatchPredicate(), "must be octal, as in 0644")
            .map(mode -> Integer.parseInt(mode, 8)));
  }

  private static Device device(Fields device) throws MalformedDocumentException {
    var one =
        new Device(
            device.match("hostPath", ServiceReader::isPath, ABSOLUTE),
            device.optionalMatch("containerPath", ServiceReader::isPath, ABSOLUTE),
            device.optionalMatch(
                "permissions",
                PERMISSIONS.asMatchPredicate(),
                "must be of r, w and m, in this order"));
    // podman takes the three in one string, with colons between them.
    if (one.hostPath().contains(":") || one.containerPath().orElse("").contains(":")) {
      throw device.malformed("hostPath", "and containerPath may not hold ':'");
    }
    return one;
  }

  private static Capabilities capabilities(Fields fields) throws MalformedDocumentException {
    return new Capabilities(capabilities(fields, "add"), capabilities(fields, "drop"));
  }

  private static List<String> capabilities(Fields fields, String name)
      throws MalformedDocumentException {
    var named = fields.optionalTexts(name).orElse(List.of());
    if (!named.stream().allMatch(CAPABILITY.asMatchPredicate())) {
      throw fields.malformed(name, "must be a list of capabilities such as NET_BIND_SERVICE");
    }
    return named.stream()
        .map(word -> word.startsWith("CAP_") ? word.substring(4) : word)
        .distinct()
        .toList();
  }

  private static Resources resources(Fields resources) throws MalformedDocumentException {
    return new Resources(
        quantity(resources, "memory", Quantity::bytes, "must be bytes, as in 64Mi"),
        quantity(resources, "cpus", Quantity::thousandths, "must be cores, as in 0.5 or 500m"),
        resources.optionalInteger("pids", 1, 4_194_304));
  }

  private interface Parser {
    Optional<Long> parse(String text);
  }

  private static Optional<Long> quantity(Fields fields, String name, Parser parser, String what)
      throws MalformedDocumentException {
    var text = fields.optionalText(name);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    var quantity = parser.parse(text.get());
    if (quantity.isEmpty()) {
      throw fields.malformed(name, what);
    }
    return quantity;
  }

  private static Map<String, String> labels(Fields service) throws MalformedDocumentException {
    var labels = service.textMap("labels");
    for (var key : labels.keySet()) {
      if (key.startsWith(Wire.LABEL_PREFIX)) {
        throw service.malformed("labels", "may not hold " + Wire.LABEL_PREFIX + "*");
      }
    }
    return labels;
  }

  static String label(Fields fields, String name) throws MalformedDocumentException {
    var text = fields.text(name);
    if (!DeviceId.isLabel(text)) {
      throw fields.malformed(name, "must be 1 to 63 of a-z, 0-9 and '-', not at either end");
    }
    return text;
  }

  private static String notEmpty(Fields fields, String name) throws MalformedDocumentException {
    var text = fields.text(name);
    if (text.isEmpty()) {
      throw fields.malformed(name, "is empty");
    }
    return text;
  }
}
