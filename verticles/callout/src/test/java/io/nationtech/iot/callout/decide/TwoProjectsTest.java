package io.nationtech.iot.callout.decide;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nationtech.iot.callout.Claims;
import io.nationtech.iot.callout.policy.PolicyText;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Devices and people in organisations and projects of their own, as docs/enrol-a-device.md says.
 */
class TwoProjectsTest {
  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
  private static final String PEOPLE = "people";

  @Test
  void whoeverGivesRolesInTheDevicesOrganisationMakesNoPerson() throws Exception {
    assertEquals("DEV", allowed(Claims.device(Policies.ISSUER, "pi-1", NOW)).account());
    var person = Claims.of(Policies.ISSUER, "4711", "cook", NOW);
    person.putObject(rolesOf(PEOPLE)).putObject("fleet-operator").put("people-org", "p.localhost");
    person.putArray("aud").add(PEOPLE);
    assertEquals("OPS", allowed(person).account());

    person.putObject(rolesOf(PEOPLE)).putObject("fleet-operator").put(Claims.ORGANISATION, "d");
    assertInstanceOf(Decision.Deny.class, decide(person));
    var enroller = Claims.of(Policies.ISSUER, "4712", "fleet-operator", NOW);
    assertInstanceOf(Decision.Deny.class, decide(enroller));
  }

  private static String rolesOf(String project) {
    return Claims.ROLES.replace(Claims.PROJECT, project);
  }

  private static Decision.Allow allowed(ObjectNode claims) throws Exception {
    return assertInstanceOf(Decision.Allow.class, decide(claims));
  }

  private static Decision decide(ObjectNode claims) throws Exception {
    var policy =
        PolicyText.parse(
            """
            trust:
            - issuer: %s
              project: "%s"
              organisations: ["%s"]
              roles: {device: device}
            - issuer: %s
              project: %s
              organisations: [people-org]
              roles: {fleet-operator: operator}
            """
                .formatted(
                    Policies.ISSUER, Claims.PROJECT, Claims.ORGANISATION, Policies.ISSUER, PEOPLE));
    var header = JsonNodeFactory.instance.objectNode().put("typ", "JWT").put("alg", "RS256");
    return Decider.decide(policy, new SignedToken(header, claims), id -> Optional.empty(), NOW);
  }
}
