package io.nationtech.iot.callout.decide;

import static io.nationtech.iot.codec.Shown.shown;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.nationtech.iot.callout.decide.Decision.Allow;
import io.nationtech.iot.callout.decide.Decision.Deny;
import io.nationtech.iot.callout.decide.Decision.Pin;
import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.codec.IdentityDocument;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Token, policy, pins and time -> decision. */
public final class Decider {
  /** One token of a subject, and no wildcard. */
  private static final Pattern PERSON = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  private Decider() {}

  /** {@code pins}: who a device id belongs to. */
  public static Decision decide(
      Policy policy,
      SignedToken token,
      Function<String, Optional<IdentityDocument>> pins,
      Instant now) {
    Deny refused = Deny.because("the token's issuer is not trusted");
    for (var trust : policy.trusts()) {
      if (!trust.issuer().equals(token.claims().path("iss").textValue())) {
        continue;
      }
      try {
        var identity = TokenRules.check(token, trust, policy.tokens().leeway(), now);
        return admit(policy, trust, identity, grant(trust, identity), pins);
      } catch (RefusedException e) {
        refused = Deny.because(String.valueOf(e.getMessage()));
      }
    }
    return refused;
  }

  /** A role, and the organisation that granted it. */
  private record Grant(Template template, String organisation) {}

  /** The first role of the policy that a listed organisation granted. */
  private static Grant grant(Policy.Trust trust, Identity identity) throws RefusedException {
    var roles = identity.claims().path("urn:zitadel:iam:org:project:" + trust.project() + ":roles");
    for (var role : trust.roles()) {
      for (var granted : roles.path(role.name()).properties()) {
        if (trust.organisations().contains(granted.getKey())) {
          return new Grant(role.template(), granted.getKey());
        }
      }
    }
    throw new RefusedException("no role in the project, granted by a listed organisation");
  }

  private static Decision admit(
      Policy policy,
      Policy.Trust trust,
      Identity identity,
      Grant grant,
      Function<String, Optional<IdentityDocument>> pins)
      throws RefusedException {
    if (policy.denied().contains(identity.subject())) {
      throw new RefusedException("the policy denies the subject " + shown(identity.subject()));
    }
    if (grant.template() != Template.DEVICE) {
      return person(policy, trust, identity, grant);
    }
    var device = deviceId(trust.deviceId(), identity.claims());
    if (policy.denied().contains(device)) {
      throw new RefusedException("the policy denies the device '" + device + "'");
    }
    var claimed =
        new Pin(
            device,
            new IdentityDocument(identity.issuer(), identity.subject(), grant.organisation()));
    var owner = pins.apply(device);
    if (owner.isEmpty()) {
      if (trust.pinning() == Policy.Pinning.DECLARED) {
        throw new RefusedException(
            "no Device says who '" + device + "' is, and the policy pins only what is declared");
      }
      return device(policy, trust, identity, claimed, Optional.of(claimed));
    }
    if (!owner.get().equals(claimed.identity())) {
      return new Deny(
          "device '" + device + "' belongs to another identity than " + shown(identity.subject()),
          Optional.of(claimed));
    }
    return device(policy, trust, identity, claimed, Optional.empty());
  }

  private static Allow device(
      Policy policy, Policy.Trust trust, Identity identity, Pin claimed, Optional<Pin> toWrite) {
    return new Allow(
        claimed.device(),
        trust.accounts().devices(),
        Template.DEVICE.filledInFor(claimed.device()),
        policy.limits().getOrDefault(Template.DEVICE, Limits.NONE),
        identity.expiry(),
        identity,
        toWrite);
  }

  private static Allow person(Policy policy, Policy.Trust trust, Identity identity, Grant grant)
      throws RefusedException {
    if (!PERSON.matcher(identity.subject()).matches()) {
      throw new RefusedException("the subject " + shown(identity.subject()) + " fits no inbox");
    }
    return new Allow(
        identity.subject(),
        trust.accounts().people(),
        grant.template().filledInFor(identity.subject()),
        policy.limits().getOrDefault(grant.template(), Limits.NONE),
        identity.expiry(),
        identity,
        Optional.empty());
  }

  private static String deviceId(Policy.DeviceIdClaim claim, JsonNode claims)
      throws RefusedException {
    var value = claims.at(JsonPointer.compile(claim.pointer()));
    if (!value.isTextual()) {
      throw new RefusedException("the token has no " + claim.pointer());
    }
    var id =
        switch (claim.encoding()) {
          case PLAIN -> value.textValue();
          case BASE64URL -> decoded(value.textValue());
        };
    if (!DeviceId.isLabel(id)) {
      throw new RefusedException(shown(id) + " is no device id");
    }
    return id;
  }

  private static String decoded(String base64) throws RefusedException {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(Base64.getUrlDecoder().decode(base64)))
          .toString();
    } catch (IllegalArgumentException | CharacterCodingException e) {
      throw new RefusedException("the device id in the token is not base64url");
    }
  }
}
