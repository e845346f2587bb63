package io.nationtech.iot.callout.policy;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.nationtech.iot.callout.decide.Limits;
import io.nationtech.iot.callout.decide.Policy;
import io.nationtech.iot.callout.decide.Template;
import io.nationtech.iot.codec.Wire;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads a policy. */
public final class PolicyText {
  private static final YAMLMapper YAML =
      YAMLMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
  private static final int MAX_TOKEN_BYTES = 8 * 1024;
  private static final int LEEWAY_SECONDS = 10;

  private PolicyText() {}

  /** All of a policy, or all that is wrong with it. */
  public static Policy parse(String yaml) throws PolicyException {
    var problems = new ArrayList<String>();
    var file = new Section("", tree(yaml), problems);
    var trusts = file.sections("trust").stream().map(PolicyText::trust).toList();
    file.require(!trusts.isEmpty(), "trust", "must name at least one issuer");
    var policy =
        new Policy(
            trusts,
            limits(file.below("limits")),
            tokens(file.below("tokens")),
            file.texts("denied"));
    file.end();
    if (!problems.isEmpty()) {
      throw new PolicyException(problems);
    }
    return policy;
  }

  private static JsonNode tree(String yaml) throws PolicyException {
    try {
      return YAML.readTree(yaml);
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      throw new PolicyException(
          List.of(at == null ? "not YAML" : "not YAML: line " + at.getLineNr()));
    }
  }

  private static Policy.Trust trust(Section section) {
    var issuer = section.text("issuer");
    var project = section.text("project");
    var trust =
        new Policy.Trust(
            issuer,
            section.optionalText("keysUrl").orElse(issuer + "/oauth/v2/keys"),
            project,
            section.optionalText("audience").orElse(project),
            section.texts("organisations"),
            deviceId(section.below("deviceId")),
            section.choice("pin", Policy.Pinning.class, Policy.Pinning.FIRST_USE),
            roles(section.below("roles")),
            accounts(section.below("accounts")));
    section.require(isUrl(issuer), "issuer", "must be a URL without a slash at its end");
    section.require(isUrl(trust.keysUrl()), "keysUrl", "must be a URL");
    section.require(
        !trust.organisations().isEmpty(), "organisations", "must list whose grants count");
    section.require(!trust.roles().isEmpty(), "roles", "must name at least one role");
    section.end();
    return trust;
  }

  private static boolean isUrl(String text) {
    try {
      var scheme = new URI(text).getScheme();
      return ("https".equals(scheme) || "http".equals(scheme)) && !text.endsWith("/");
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static Policy.DeviceIdClaim deviceId(Section section) {
    var pointer = section.optionalText("claim").orElse("/client_id");
    section.require(isPointer(pointer), "claim", "must be a JSON pointer such as /client_id");
    var encoding = section.choice("encoding", Policy.Encoding.class, Policy.Encoding.PLAIN);
    section.end();
    return new Policy.DeviceIdClaim(pointer, encoding);
  }

  private static boolean isPointer(String text) {
    try {
      return !JsonPointer.compile(text).matches();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static List<Policy.Role> roles(Section section) {
    var roles = new ArrayList<Policy.Role>();
    for (var name : section.names()) {
      section
          .choice(section.at(name), section.text(name), Template.class)
          .ifPresent(template -> roles.add(new Policy.Role(name, template)));
    }
    return roles;
  }

  private static Policy.Accounts accounts(Section section) {
    var accounts =
        new Policy.Accounts(
            section.optionalText("devices").orElse(Wire.ACCOUNT_DEVICES),
            section.optionalText("people").orElse(Wire.ACCOUNT_OPERATIONS));
    // Who is in HUB can write everything, and who is in AUTH can let anybody in.
    for (var reserved : List.of(Wire.ACCOUNT_HUB, Wire.ACCOUNT_AUTHENTICATION)) {
      section.require(!accounts.devices().equals(reserved), "devices", "can't be " + reserved);
      section.require(!accounts.people().equals(reserved), "people", "can't be " + reserved);
    }
    section.end();
    return accounts;
  }

  private static Map<Template, Limits> limits(Section section) {
    var limits = new EnumMap<Template, Limits>(Template.class);
    for (var template : Template.values()) {
      var of = section.below(template.name().toLowerCase(Locale.ROOT));
      limits.put(
          template,
          new Limits(
              of.number("subscriptions", Limits.UNLIMITED, 1, Integer.MAX_VALUE),
              of.number("payloadBytes", Limits.UNLIMITED, 1, Integer.MAX_VALUE),
              of.number("dataBytes", Limits.UNLIMITED, 1, Long.MAX_VALUE)));
      of.end();
    }
    section.end();
    return limits;
  }

  private static Policy.Tokens tokens(Section section) {
    var tokens =
        new Policy.Tokens(
            Math.toIntExact(section.number("maxBytes", MAX_TOKEN_BYTES, 256, 64 * 1024)),
            Duration.ofSeconds(section.number("leewaySeconds", LEEWAY_SECONDS, 0, 300)));
    section.end();
    return tokens;
  }
}
