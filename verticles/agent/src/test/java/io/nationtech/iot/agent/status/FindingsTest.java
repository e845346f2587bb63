package io.nationtech.iot.agent.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.agent.plan.DiskSpace;
import io.nationtech.iot.codec.ReportedDocument.Phase;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FindingsTest {
  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
  private static final Words WORDS = new Words(NOON, ZoneId.of("UTC"));

  @Test
  void eachLineIsOkOrSaysWhatToDo() {
    assertEquals(
        """
        ok     clock   2026-11-24 12:00:00 UTC
        WRONG  podman  does not answer
                       to do: start it
        1 wrong.
        """,
        Findings.text(
            List.of(
                Findings.clock(new Situation.Clock(NOON, NOON), WORDS),
                Finding.wrong("podman", "does not answer", "start it"))));
    assertEquals("All is well.\n", Findings.text(List.of()));
  }

  @Test
  void aClockBeforeATimeThatIsOverIsWrong() {
    var finding = Findings.clock(new Situation.Clock(NOON, NOON.plusSeconds(1)), WORDS);
    assertTrue(finding.remedy().contains("timedatectl"), finding.toString());
  }

  @Test
  void aDiskOfImagesIsWrongAboveTheShareWhereImagesGo() {
    assertTrue(Findings.images(new DiskSpace(20, 80), "/store", 80).ok());
    var wrong = Findings.images(new DiskSpace(10L << 30, 90L << 30), "/store", 80);
    assertFalse(wrong.ok());
    assertTrue(wrong.words().startsWith("/store: 90 % full, 10 GiB free"), wrong.words());
  }

  @Test
  void aDiskThatTakesNoImageIsWrongAndOneThatTakesNothingToo() {
    assertTrue(
        Findings.disk(new Situation.Disk("/s", 10L << 30, 29L << 30), Optional.empty()).ok());
    assertFalse(
        Findings.disk(new Situation.Disk("/s", 1L << 30, 29L << 30), Optional.empty()).ok());
    var readOnly =
        Findings.disk(new Situation.Disk("/s", 10L << 30, 29L << 30), Optional.of("read-only"));
    assertTrue(readOnly.words().contains("read-only"), readOnly.words());
    assertFalse(readOnly.ok());
  }

  @Test
  void aKeyFileThatExpiredIsWrong() {
    assertTrue(Findings.key(key(NOON.plusSeconds(1)), WORDS).ok());
    assertFalse(Findings.key(key(NOON), WORDS).ok());
  }

  @Test
  void aCredsFileThatExpiredIsWrongAndOneThatNeverDoesIsNot() {
    assertEquals("valid until 12:01", Findings.creds(creds(NOON.plusSeconds(60)), WORDS).words());
    assertFalse(Findings.creds(creds(NOON), WORDS).ok());
    assertEquals("never expires", Findings.creds(creds(null), WORDS).words());
  }

  @Test
  void aDamagedStateFileSaysWhetherTheCopyServes() {
    assertTrue(Findings.state(Optional.empty(), true).ok());
    var copy = Findings.state(Optional.of("is damaged"), true);
    assertTrue(copy.remedy().startsWith("nothing at once"), copy.remedy());
    var none = Findings.state(Optional.of("is damaged"), false);
    assertTrue(none.remedy().startsWith("what runs runs on, but"), none.remedy());
  }

  @ParameterizedTest
  @EnumSource
  void onlyWhatNeedsSomebodyIsWrong(Phase phase) {
    var finding = Findings.deployment("hello", new Live.Stand(phase, "Reason", "message"));
    boolean needsSomebody =
        List.of(Phase.Degraded, Phase.Failed, Phase.RolledBack, Phase.Unsupported).contains(phase);
    assertEquals(!needsSomebody, finding.ok());
  }

  private static Situation.Identity creds(@Nullable Instant expires) {
    return new Situation.Identity("nats-creds", Optional.ofNullable(expires), Optional.empty());
  }

  private static Situation.Identity key(Instant expires) {
    return new Situation.Identity("zitadel", Optional.empty(), Optional.of(expires));
  }
}
