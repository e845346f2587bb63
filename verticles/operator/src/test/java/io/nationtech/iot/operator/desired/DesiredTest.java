package io.nationtech.iot.operator.desired;

import static io.nationtech.iot.operator.resource.Given.deleting;
import static io.nationtech.iot.operator.resource.Given.deployment;
import static io.nationtech.iot.operator.resource.Given.device;
import static io.nationtech.iot.operator.resource.Given.grouped;
import static io.nationtech.iot.operator.resource.Given.handedTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.nationtech.iot.codec.DesiredDocument;
import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.operator.resource.Given;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is decided about one device's document. */
class DesiredTest {
  private static final String A_MEGABYTE = "a".repeat(1 << 20);

  private final Situation situation = new Situation();

  @Test
  void aDeviceWithoutAResourceIsLeftAlone() {
    situation.stored("central/plant", situation.entry("hello", "uid-hello"));
    assertEquals(new Decision.Unclaimed(), situation.decide());
  }

  @Test
  void aDocumentOfAnotherClusterIsForeign() {
    situation.claims(device("plant", "pi-1")).deployments(deployment("plant", "hello", "pi-1"));
    situation.stored("elsewhere/plant");
    assertEquals(new Decision.Foreign("elsewhere/plant"), situation.decide());
  }

  @Test
  void aDocumentOfAnotherNamespaceIsForeign() {
    situation.claims(device("plant", "pi-1")).stored("central/other");
    assertEquals(new Decision.Foreign("central/other"), situation.decide());
  }

  @Test
  void anUndecodableDocumentStillHasItsOwner() {
    situation.claims(device("plant", "pi-1"));
    situation.storedText("{\"owner\":\"elsewhere/plant\",\"deployments\":7}");
    assertEquals(new Decision.Foreign("elsewhere/plant"), situation.decide());
  }

  @Test
  void whoAskedFirstGetsADeviceThatNobodyLooksAfter() {
    var late = device("a", "pi-1", Given.CREATED.plusSeconds(1));
    situation.claims(late, device("c", "pi-1"), device("b", "pi-1"));
    assertEquals("central/b", situation.written().document().owner());
    assertEquals(0, situation.written().expected());
  }

  @Test
  void theOwnerKeepsItsDeviceHoweverOldAnotherClaimIs() {
    var young = device("plant", "pi-1", Given.CREATED.plusSeconds(1));
    situation.claims(device("other", "pi-1"), young).stored("central/plant");
    assertEquals("central/plant", situation.kept().document().owner());
  }

  @Test
  void onlyDeploymentsOfTheOwnersNamespaceRun() {
    situation.claims(device("plant", "pi-1"));
    situation.deployments(
        deployment("plant", "hello", "pi-1"),
        deployment("plant", "two", "pi-2"),
        deployment("other", "three", "pi-1"));
    assertEquals(Set.of("hello"), situation.written().document().deployments().keySet());
  }

  @Test
  void anEqualDocumentIsKeptAndAnyDifferenceIsWritten() {
    situation.claims(device("plant", "pi-1")).deployments(deployment("plant", "hello", "pi-1"));
    situation.storedAs(situation.written().document(), 7);
    assertEquals(7, situation.stored().revision());
    assertInstanceOf(Decision.Keep.class, situation.decide());

    situation.claims(Given.paused(device("plant", "pi-1")));
    assertEquals(true, situation.written().document().paused());
    assertEquals(7, situation.written().expected());

    situation.claims(device("plant", "pi-1"));
    var hello = deployment("plant", "hello", "pi-1");
    situation.deployments(Given.running(hello, Given.score("hello:2")));
    assertInstanceOf(Decision.Write.class, situation.decide());
    situation.deployments(Given.annotated(hello, Wire.ANNOTATION_RETRY, "1"));
    assertEquals(1, entry("hello").retry());
  }

  @Test
  void aScoreIsPassedThroughWithFieldsThatAreNotKnownHere() {
    var score =
        Given.json("{\"type\":\"PodmanV9\",\"data\":{\"b\":1.50,\"a\":[null]},\"new\":true}");
    situation.claims(device("plant", "pi-1"));
    situation.deployments(Given.running(deployment("plant", "hello", "pi-1"), score));
    assertEquals(score, entry("hello").score().json());
  }

  @Test
  void sinceIsKeptForTheSameDeploymentAndNewForAnother() {
    situation.claims(device("plant", "pi-1"));
    situation.stored("central/plant", situation.entry("hello", "uid-hello"));
    situation.deployments(deployment("plant", "hello", "uid-hello", 9, "pi-1"));
    assertEquals(Situation.BEFORE, entry("hello").since());
    assertEquals(9, entry("hello").generation());

    situation.deployments(deployment("plant", "hello", "uid-again", 1, "pi-1"));
    assertEquals(Situation.NOW, entry("hello").since());
    assertEquals("uid-again", entry("hello").uid());
  }

  @Test
  void aDeploymentThatIsBeingDeletedLeaves() {
    situation.claims(device("plant", "pi-1"));
    situation.stored("central/plant", situation.entry("hello", "uid-hello"));
    situation.deployments(deleting(deployment("plant", "hello", "pi-1")));
    assertEquals(Set.of(), situation.written().document().deployments().keySet());
    assertEquals(Set.of(), situation.written().unexplained());
  }

  @Test
  void aTargetThatCannotBeResolvedKeepsWhatIsThereAndAddsNothing() {
    situation.claims(device("plant", "pi-1"));
    situation.stored("central/plant", situation.entry("hello", "uid-hello"));
    situation.deployments(
        grouped("plant", "hello", "uid-hello", 2), grouped("plant", "two", "uid-two", 1));
    assertEquals(Set.of("hello"), situation.kept().document().deployments().keySet());

    // Made again under the same name: not what the device has.
    situation.deployments(grouped("plant", "hello", "uid-again", 1));
    assertEquals(Set.of(), situation.written().document().deployments().keySet());
  }

  @Test
  void aDeviceIsHandedOverAsItStands() {
    situation.claims(handedTo(device("plant", "pi-1"), "far/other"));
    situation.stored("central/plant", situation.entry("hello", "uid-hello"));
    situation.deployments(deployment("plant", "two", "pi-1"));
    var document = situation.written().document();
    assertEquals("far/other", document.owner());
    assertEquals(Set.of("hello"), document.deployments().keySet());
    assertEquals(Set.of(), situation.written().unexplained());

    situation.storedAs(document, 8);
    assertEquals(new Decision.Foreign("far/other"), situation.decide());
  }

  @Test
  void whoGaveADeviceAwayDoesNotAskForItWhenItsDocumentIsLost() {
    var given = handedTo(device("plant", "pi-1"), "central/other");
    situation.claims(given, device("other", "pi-1", Given.CREATED.plusSeconds(1)));
    assertEquals("central/other", situation.written().document().owner());
    situation.claims(handedTo(device("plant", "pi-1"), "far/other"));
    assertEquals(new Decision.Foreign("far/other"), situation.decide());
  }

  @Test
  void twoThatGiveADeviceToEachOtherDoNotDoSoForEver() {
    situation.claims(
        handedTo(device("plant", "pi-1"), "central/other"),
        handedTo(device("other", "pi-1"), "central/plant"));
    situation.stored("central/plant");
    assertEquals("central/plant", situation.kept().document().owner());
    situation.stored("central/other");
    assertEquals("central/other", situation.kept().document().owner());
  }

  @Test
  void onlyThePresentOwnerHandsOver() {
    situation.claims(
        device("plant", "pi-1"), handedTo(device("other", "pi-1"), "central/elsewhere"));
    situation.stored("central/plant");
    assertEquals("central/plant", situation.kept().document().owner());
    situation.claims(handedTo(device("plant", "pi-1"), "central/plant"));
    assertEquals("central/plant", situation.kept().document().owner());
    situation.claims(handedTo(device("plant", "pi-1"), "no owner"));
    assertEquals("central/plant", situation.kept().document().owner());
  }

  @Test
  void anUndecodableDocumentIsReplacedAndSinceComesFromMemory() {
    situation.claims(device("plant", "pi-1")).deployments(deployment("plant", "hello", "pi-1"));
    situation.storedText("nonsense");
    assertEquals(Situation.NOW, entry("hello").since());
    assertEquals(Situation.REVISION, situation.written().expected());

    situation.remembered("central/plant", situation.entry("hello", "uid-hello"));
    assertEquals(Situation.BEFORE, entry("hello").since());
  }

  @Test
  void aLostDocumentIsWrittenAgainFromMemory() {
    situation.claims(device("plant", "pi-1")).deployments(deployment("plant", "hello", "pi-1"));
    situation.remembered("central/plant", situation.entry("hello", "uid-hello"));
    assertEquals(Situation.BEFORE, entry("hello").since());
    assertEquals(0, situation.written().expected());
  }

  @Test
  void aLostDocumentDoesNotFreeTheDeviceForAnotherClaim() {
    situation.claims(device("other", "pi-1"));
    situation.rememberedOwner("far/plant");
    assertEquals(new Decision.Foreign("far/plant"), situation.decide());
    situation.storedText("nonsense");
    assertEquals(new Decision.Foreign("far/plant"), situation.decide());

    situation.nothingStored();
    var young = device("plant", "pi-1", Given.CREATED.plusSeconds(1));
    situation.claims(device("other", "pi-1"), young);
    situation.remembered("central/plant", situation.entry("hello", "uid-hello"));
    assertEquals("central/plant", situation.written().document().owner());
  }

  @Test
  void aDocumentThatIsTooLargeIsNotWritten() {
    situation.claims(device("plant", "pi-1"));
    var large = Given.running(deployment("plant", "hello", "pi-1"), Given.score(A_MEGABYTE));
    situation.deployments(large);
    var decision = assertInstanceOf(Decision.TooLarge.class, situation.decide());
    assertEquals("central/plant", decision.owner());
    assertEquals(true, decision.bytes() > A_MEGABYTE.length());
  }

  @Test
  void theLargestDocumentIsWritten() {
    situation.claims(device("plant", "pi-1"));
    var hello = deployment("plant", "hello", "pi-1");
    situation.deployments(Given.running(hello, Given.score("")));
    int rest = Wire.MAX_DESIRED_BYTES - situation.written().json().length();
    situation.deployments(Given.running(hello, Given.score("a".repeat(rest))));
    assertEquals(Wire.MAX_DESIRED_BYTES, situation.written().json().length());
    situation.deployments(Given.running(hello, Given.score("a".repeat(rest + 1))));
    assertInstanceOf(Decision.TooLarge.class, situation.decide());
  }

  @Test
  void aDeploymentThatVanishedUnseenIsUnexplained() {
    situation.claims(device("plant", "pi-1"));
    situation.stored("central/plant", situation.entry("hello", "uid-hello"));
    assertEquals(Set.of("hello"), situation.written().unexplained());
    situation.ended("uid-other");
    assertEquals(Set.of("hello"), situation.written().unexplained());
    situation.ended("uid-hello");
    assertEquals(Set.of(), situation.written().unexplained());
  }

  @Test
  void whatALostDocumentHeldDoesNotVanishUnseenEither() {
    situation.claims(device("plant", "pi-1"));
    situation.remembered("central/plant", situation.entry("hello", "uid-hello"));
    assertEquals(Set.of("hello"), situation.written().unexplained());
    situation.deployments(grouped("plant", "hello", "uid-hello", 2));
    assertEquals(Set.of("hello"), situation.written().document().deployments().keySet());
  }

  @Test
  void aTargetThatAPersonChangedIsExplainedAndAnOlderOneIsNot() {
    situation.claims(device("plant", "pi-1"));
    situation.stored("central/plant", situation.entry("hello", "uid-hello"));
    situation.deployments(deployment("plant", "hello", "uid-hello", 2, "pi-2"));
    assertEquals(Set.of(), situation.written().unexplained());
    // As it is after an old backup was put back.
    situation.deployments(deployment("plant", "hello", "uid-hello", 1, "pi-2"));
    assertEquals(Set.of("hello"), situation.written().unexplained());
  }

  private DesiredDocument.Deployment entry(String name) {
    var entries = situation.written().document().deployments();
    return Objects.requireNonNull(entries.get(name));
  }
}
