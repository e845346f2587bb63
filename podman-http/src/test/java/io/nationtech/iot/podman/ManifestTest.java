package io.nationtech.iot.podman;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is read out of a registry's answer, and out of podman's complaint about it. */
class ManifestTest {
  private static final String QUOTED =
      "parsing manifest blob \"{\\\"layers\\\":[{\\\"digest\\\":\\\"sha256:a\\\",\\\"size\\\":7}]}\""
          + " as a \"application/vnd.oci.image.manifest.v1+json\": not implemented";

  @Test
  void theLayersOfOneImageStandInWhatPodmanComplainsOf() {
    assertEquals(Map.of("sha256:a", 7L), Manifest.quoted(QUOTED).orElseThrow().layers());
    assertTrue(Manifest.quoted("manifest unknown").isEmpty());
    assertTrue(Manifest.quoted("parsing manifest blob \"{damage}\"").isEmpty());
  }

  @Test
  void ofAListOfImagesTheOneForThisMachineCounts() {
    var list =
        new JsonObject(
            """
            {"manifests":[
             {"digest":"sha256:w","platform":{"os":"windows","architecture":"amd64"}},
             {"digest":"sha256:x","platform":{"os":"linux","architecture":"amd64"}},
             {"digest":"sha256:a","platform":{"os":"linux","architecture":"arm64"}}]}""");
    var mine = System.getProperty("os.arch").equals("aarch64") ? "sha256:a" : "sha256:x";
    assertEquals(Optional.of(mine), new Manifest(list).here());
  }

  @Test
  void aNameIsToldFromItsTagAndADigest() {
    assertEquals("host:5000/a/b", Image.repository("host:5000/a/b:1"));
    assertEquals("host:5000/a/b", Image.repository("host:5000/a/b"));
    assertEquals("nats", Image.repository("nats@sha256:a"));
  }
}
