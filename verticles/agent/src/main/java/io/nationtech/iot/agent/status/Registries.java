package io.nationtech.iot.agent.status;

import static io.nationtech.iot.agent.status.Words.brief;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** What podman's words on an image mean, and what is to be done. */
public final class Registries {
  /** What podman repeats before it comes to the point. */
  private static final Pattern PREAMBLE =
      Pattern.compile("^.*(?=(dial |lookup |x509|tls:|Get \"))");

  private Registries() {}

  /**
   * {@code here}: the image is in local storage; {@code trouble}: podman's words, empty where the
   * registry has the image.
   */
  public static Finding of(String image, boolean here, Optional<String> trouble) {
    var subject = "image " + image;
    if (isLocal(image)) {
      return here
          ? Finding.ok(subject, "is here; it comes from no registry")
          : Finding.wrong(
              subject,
              "is not here, and comes from no registry",
              "bring it to this device: podman load -i FILE");
    }
    if (trouble.isEmpty()) {
      return Finding.ok(subject, "its registry has it" + (here ? ", and it is here" : ""));
    }
    return Finding.wrong(
        subject,
        reason(trouble.get())
            + (here ? "; the image is here, so what runs goes on" : "; the image is not here"),
        remedy(host(image), trouble.get().toLowerCase(Locale.ROOT)));
  }

  static String host(String image) {
    var first = image.split("/", 2)[0];
    boolean named = image.contains("/") && (first.contains(".") || first.contains(":"));
    return named ? first : "docker.io";
  }

  private static boolean isLocal(String image) {
    return image.startsWith("localhost/");
  }

  private static String reason(String trouble) {
    return brief(PREAMBLE.matcher(trouble.replaceAll("\\p{Cntrl}+", " ")).replaceFirst(""));
  }

  private static String remedy(String host, String trouble) {
    if (trouble.contains("no such host") || trouble.contains("server misbehaving")) {
      return "the name can't be looked up: resolvectl query " + bare(host);
    }
    if (trouble.contains("connection refused")) {
      return "nothing listens there: ask who looks after " + host + " whether it runs";
    }
    if (trouble.contains("http response to https client")) {
      return "it speaks plain HTTP: where that is meant, put [[registry]] location = \""
          + host
          + "\" insecure = true into /etc/containers/registries.conf";
    }
    if (trouble.contains("x509") || trouble.contains("certificate")) {
      return "its certificate is not believed: put its authority's into /etc/containers/certs.d/"
          + host
          + "/ca.crt; where it has expired or is not yet valid, look at this machine's clock";
    }
    if (trouble.contains("unauthorized")
        || trouble.contains("denied")
        || trouble.contains("authentication required")) {
      return "it wants a user and a password that may read this image: the deployment names them"
          + " under registries";
    }
    if (trouble.contains("manifest unknown")
        || trouble.contains("not found")
        || trouble.contains("name unknown")) {
      return "the registry answers, and has no such image: look at its name and tag in the"
          + " deployment";
    }
    return "look whether this device reaches it: curl -sv https://" + host + "/v2/";
  }

  private static String bare(String host) {
    return host.replaceFirst(":[0-9]+$", "");
  }
}
