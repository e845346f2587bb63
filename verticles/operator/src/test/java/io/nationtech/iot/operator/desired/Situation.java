package io.nationtech.iot.operator.desired;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.nationtech.iot.codec.DesiredDocument;
import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.codec.Score;
import io.nationtech.iot.codec.Update;
import io.nationtech.iot.operator.resource.DeploymentResource;
import io.nationtech.iot.operator.resource.DeviceResource;
import io.nationtech.iot.operator.resource.Given;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The facts about device pi-1 in cluster central, as a test changes them. */
final class Situation {
  static final Instant BEFORE = Instant.parse("2026-11-20T08:00:00Z");
  static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
  static final DeviceId PI = new DeviceId("pi-1");
  static final long REVISION = 42;

  private List<DeviceResource> claims = List.of();
  private List<DeploymentResource> deployments = List.of();
  private Stored stored = new Stored.Nothing(0);
  private Memory memory = Memory.NOTHING;
  private Set<String> ended = Set.of();

  Situation claims(DeviceResource... all) {
    claims = List.of(all);
    return this;
  }

  Situation deployments(DeploymentResource... all) {
    deployments = List.of(all);
    return this;
  }

  Situation ended(String... uids) {
    ended = Set.of(uids);
    return this;
  }

  Stored stored() {
    return stored;
  }

  Situation nothingStored() {
    stored = new Stored.Nothing(0);
    return this;
  }

  @SafeVarargs
  final Situation stored(String owner, Map.Entry<String, DesiredDocument.Deployment>... entries) {
    return storedAs(document(owner, entries), REVISION);
  }

  Situation storedAs(DesiredDocument document, long revision) {
    stored = Stored.of(PI, document.encode().getBytes(UTF_8), revision);
    assertInstanceOf(Stored.Known.class, stored);
    return this;
  }

  Situation storedText(String text) {
    stored = Stored.of(PI, text.getBytes(UTF_8), REVISION);
    assertInstanceOf(Stored.Undecodable.class, stored);
    return this;
  }

  @SafeVarargs
  final Situation remembered(
      String owner, Map.Entry<String, DesiredDocument.Deployment>... entries) {
    memory = Memory.of(document(owner, entries));
    return this;
  }

  /** The device is known to be another's, its document is not. */
  Situation rememberedOwner(String owner) {
    memory = new Memory(Optional.of(owner), Optional.empty());
    return this;
  }

  /** What the device has run since {@link #BEFORE}. */
  Map.Entry<String, DesiredDocument.Deployment> entry(String name, String uid) {
    return Map.entry(
        name,
        new DesiredDocument.Deployment(
            uid,
            1,
            BEFORE,
            0,
            Update.of(JsonNodeFactory.instance.objectNode()),
            Score.of(Given.score("hello:1"))));
  }

  @SafeVarargs
  private static DesiredDocument document(
      String owner, Map.Entry<String, DesiredDocument.Deployment>... entries) {
    return new DesiredDocument(PI, owner, false, new TreeMap<>(Map.ofEntries(entries)));
  }

  Decision decide() {
    return Desired.decide(
        new Desired.Facts("central", PI, claims, deployments, stored, memory, ended, NOW));
  }

  Decision.Write written() {
    return assertInstanceOf(Decision.Write.class, decide());
  }

  Decision.Keep kept() {
    return assertInstanceOf(Decision.Keep.class, decide());
  }
}
