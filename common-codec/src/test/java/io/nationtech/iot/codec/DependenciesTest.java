package io.nationtech.iot.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An order that can never be kept is refused with the field that asks for it. */
class DependenciesTest {
  @Test
  void aServiceThatIsNotThereIsNamed() throws Exception {
    assertEquals(
        "score.data.services[0].dependsOn[0].service 'db' is no service of this deployment",
        refusal(service("web", "", "db Started")));
  }

  @Test
  void whatGoesInACircleIsRefusedWithTheCircle() throws Exception {
    assertEquals(
        "score.data.services[0].dependsOn goes in a circle: a, b, c, a",
        refusal(
            service("a", "", "b Started"),
            service("b", "", "c Started"),
            service("c", "", "a Started")));
    assertEquals(
        "score.data.services[0].dependsOn goes in a circle: a, a",
        refusal(service("a", "", "a Started")));
  }

  @Test
  void aConditionThatNeverComesIsRefused() throws Exception {
    assertEquals(
        "score.data.services[0].dependsOn[0].condition Healthy never comes: 'db' has no healthcheck",
        refusal(service("web", "", "db Healthy"), service("db", "")));
    assertEquals(
        "score.data.services[0].dependsOn[0].condition Completed never comes: 'db' is to run always",
        refusal(service("web", "", "db Completed"), service("db", "")));
  }

  @Test
  void twoWaysToOneServiceAreNoCircle() throws Exception {
    var job = service("d", ",\"restartPolicy\":\"OnFailure\"");
    var score =
        score(
            service("a", "", "b Started", "c Started"),
            service("b", "", "d Completed"),
            service("c", "", "d Completed"),
            job);
    assertInstanceOf(PodmanV0.class, score);
  }

  /** As many as a document of 256 KiB holds. */
  @Test
  void aLongChainIsReadAndSoIsItsCircle() throws Exception {
    var chain = new ArrayList<String>();
    for (int n = 0; n < 2500; n++) {
      chain.add(service("s" + n, "", "s" + (n + 1) + " Started"));
    }
    chain.add(service("s2500", ""));
    assertInstanceOf(PodmanV0.class, score(chain.toArray(String[]::new)));
  }

  private static String refusal(String... services) throws Exception {
    var refused = assertInstanceOf(UnsupportedScore.class, score(services));
    assertEquals("ScoreInvalid", refused.reason());
    return refused.message();
  }

  private static Score score(String... services) throws Exception {
    return Score.of(
        CanonicalJson.parse(
            "{\"type\":\"PodmanV0\",\"data\":{\"services\":[%s]}}"
                .formatted(String.join(",", services))));
  }

  private static String service(String name, String fields, String... needs) {
    var dependsOn =
        List.of(needs).stream()
            .map(need -> need.split(" ", -1))
            .map(need -> "{\"service\":\"%s\",\"condition\":\"%s\"}".formatted(need[0], need[1]))
            .toList();
    return "{\"name\":\"%s\",\"image\":\"i\",\"dependsOn\":[%s]%s}"
        .formatted(name, String.join(",", dependsOn), fields);
  }
}
