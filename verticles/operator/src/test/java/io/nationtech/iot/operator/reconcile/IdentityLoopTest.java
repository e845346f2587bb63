package io.nationtech.iot.operator.reconcile;

import static io.nationtech.iot.operator.resource.Given.belongingTo;
import static io.nationtech.iot.operator.resource.Given.device;
import static io.nationtech.iot.operator.resource.Given.handedTo;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nationtech.iot.codec.IdentityDocument;
import io.nationtech.iot.operator.desired.Pin;
import io.nationtech.iot.operator.resource.DeviceResource;
import io.nationtech.iot.operator.resource.Key;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who a device is, from its Device to its pin, and from a refusal to its Device. */
class IdentityLoopTest {
  private static final Key PI = new Key("plant", "pi-1");
  private static final IdentityDocument OURS = identity("4711");
  private static final IdentityDocument THEIRS = identity("666");

  private final BentWorld world = new BentWorld();
  private final OneContext context = world.context;
  private final FakeResources kubernetes = world.kubernetes;
  private final FakeDocuments nats = world.nats;

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void thePinFollowsTheSpecAndOutlivesIt() {
    world.start(1);
    assertEquals(Optional.empty(), pin());
    put(belongingTo(device("plant", "pi-1"), OURS));
    context.until(() -> pinned(OURS));
    put(belongingTo(device("plant", "pi-1"), THEIRS));
    context.until(() -> pinned(THEIRS));
    long events = events("IdentityPinned");
    assertEquals(2, events);

    put(device("plant", "pi-1"));
    context.run(() -> kubernetes.removeDevice(PI));
    world.settle();
    assertEquals(Optional.of(THEIRS.encode()), pin());
    assertEquals(events, events("IdentityPinned"));
  }

  @Test
  void thePinFollowsTheSpecWhereNoStatusCanBeWritten() {
    kubernetes.refusesStatuses = true;
    world.start(1);
    put(belongingTo(device("plant", "pi-1"), OURS));
    context.until(() -> pinned(OURS));
  }

  @Test
  void aPinThatSomebodyChangedOrLostIsWrittenAgain() {
    world.start(1);
    put(belongingTo(device("plant", "pi-1"), OURS));
    context.until(() -> pinned(OURS));
    context.run(
        () -> {
          nats.pins.put("pi-1", new Pin(1000, Optional.of(THEIRS.encode())));
          nats.listener().pinChanged("pi-1");
        });
    context.until(() -> pinned(OURS));
    context.run(nats::loseAll);
    context.until(() -> pinned(OURS));
  }

  @Test
  void whereSomebodyWasFasterItIsReadAndWrittenAgain() {
    world.start(1);
    context.run(
        () -> {
          nats.pins.put("pi-1", new Pin(1000, Optional.of(THEIRS.encode())));
          nats.stalePins.add(new Pin(0, Optional.empty()));
        });
    put(belongingTo(device("plant", "pi-1"), OURS));
    context.until(() -> pinned(OURS));
  }

  @Test
  void onlyTheOwnersWordCounts() {
    nats.store(
        "pi-1",
        "{\"device\":\"pi-1\",\"owner\":\"far/plant\",\"paused\":false,\"deployments\":{}}");
    context.run(() -> nats.pins.put("pi-1", new Pin(1, Optional.of(OURS.encode()))));
    world.startAgain(false);
    put(belongingTo(device("plant", "pi-1"), THEIRS));
    context.until(() -> world.ready("pi-1").equals("False/ClaimedElsewhere"));
    world.settle();
    assertEquals(Optional.of(OURS.encode()), pin());
  }

  @Test
  void afterAHandOverTheNewOwnersWordCounts() {
    world.start(1);
    put(belongingTo(device("plant", "pi-1"), OURS));
    put(belongingTo(device("other", "pi-1"), THEIRS));
    context.until(() -> pinned(OURS));
    world.settle();
    assertEquals(Optional.of(OURS.encode()), pin());
    put(handedTo(belongingTo(device("plant", "pi-1"), OURS), "central/other"));
    context.until(() -> pinned(THEIRS));
  }

  @Test
  void aStormOfRefusalsIsOneEventAndACondition() {
    world.start(1);
    for (int i = 0; i < 500; i++) {
      var stranger = identity("stranger-" + i);
      context.run(() -> nats.listener().identityRefused("pi-1", stranger));
    }
    context.until(() -> refused().equals("True/SecondIdentity"));
    world.settle();
    assertEquals(1, events("SecondIdentity"));
  }

  @Test
  void whoeverIsLetInIsNoLongerRefused() {
    world.start(1);
    context.run(() -> nats.listener().identityRefused("pi-1", THEIRS));
    context.until(() -> refused().equals("True/SecondIdentity"));
    put(belongingTo(device("plant", "pi-1"), THEIRS));
    context.until(() -> pinned(THEIRS) && refused().isEmpty() && !world.ready("pi-1").isEmpty());
    context.run(() -> nats.listener().identityRefused("pi-1", OURS));
    context.until(() -> events("SecondIdentity") == 2);
  }

  @Test
  void aRefusalOfADeviceThatIsNotOursIsNoEvent() {
    nats.store(
        "pi-1",
        "{\"device\":\"pi-1\",\"owner\":\"far/plant\",\"paused\":false,\"deployments\":{}}");
    world.startAgain(false);
    put(device("plant", "pi-1"));
    context.until(() -> world.ready("pi-1").equals("False/ClaimedElsewhere"));
    context.run(
        () -> {
          nats.listener().identityRefused("pi-1", THEIRS);
          nats.listener().identityRefused("nobody", THEIRS);
        });
    world.settle();
    assertEquals("", refused());
    assertEquals(0, events("SecondIdentity"));
  }

  private void put(DeviceResource device) {
    context.run(() -> kubernetes.put(device));
  }

  private Optional<String> pin() {
    return context.call(() -> Optional.ofNullable(nats.pins.get("pi-1")).flatMap(Pin::json));
  }

  /** To be asked on the context. */
  private boolean pinned(IdentityDocument identity) {
    var pin = nats.pins.get("pi-1");
    return pin != null && pin.json().equals(Optional.of(identity.encode()));
  }

  private String refused() {
    return kubernetes.deviceCondition(PI, "IdentityRefused");
  }

  private long events(String reason) {
    return kubernetes.told.stream().filter(("pi-1! " + reason)::equals).count();
  }

  private static IdentityDocument identity(String subject) {
    return new IdentityDocument("https://id.example", subject, "400");
  }
}
