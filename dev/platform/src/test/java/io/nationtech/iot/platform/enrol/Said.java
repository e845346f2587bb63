package io.nationtech.iot.platform.enrol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.platform.ZitadelTokenEndpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the command printed, and its exit code. */
record Said(int code, String out, String err) {
  Said hasCode(int expected) {
    assertEquals(expected, code, err);
    return this;
  }

  Said says(String words) {
    assertTrue(err.contains(words), err);
    return this;
  }

  /** Runs with good options, and then these, which count where they contradict them. */
  static Said enrolling(ZitadelTokenEndpoint zitadel, Path directory, String... arguments)
      throws IOException {
    var token = Files.writeString(directory.resolve("token"), zitadel.managementToken() + "\n");
    var all = new ArrayList<String>();
    all.add("--issuer=" + zitadel.issuer());
    all.add("--project=" + zitadel.project());
    all.add("--organisation=" + zitadel.organisation());
    all.add("--token-file=" + token);
    all.add("--nats-url=tls://nats.example:4222");
    all.add("--directory=" + directory);
    all.addAll(List.of(arguments));
    return running(all);
  }

  static Said running(List<String> arguments) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    var usualOut = System.out;
    var usualErr = System.err;
    System.setOut(new PrintStream(out, true, UTF_8));
    System.setErr(new PrintStream(err, true, UTF_8));
    try {
      int code = Enrol.run(arguments.toArray(String[]::new));
      return new Said(code, out.toString(UTF_8), err.toString(UTF_8));
    } finally {
      System.setOut(usualOut);
      System.setErr(usualErr);
    }
  }
}
