package io.nationtech.iot.agent.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.nationtech.iot.agent.config.Settings;
import io.nationtech.iot.agent.config.Settings.Identity;
import io.nationtech.iot.agent.config.SettingsException;
import io.nationtech.iot.agent.identity.Token;
import io.nationtech.iot.agent.status.Findings;
import io.nationtech.iot.agent.status.Redaction;
import io.nationtech.iot.agent.status.Situation;
import io.nationtech.iot.agent.status.StatusJson;
import io.nationtech.iot.agent.status.StatusText;
import io.nationtech.iot.agent.status.Words;
import io.nationtech.iot.agent.zitadel.Kept;
import io.nationtech.iot.codec.CanonicalJson;
import io.nationtech.iot.codec.MalformedDocumentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code iot-agent support-bundle}. */
@Command(
    name = "support-bundle",
    mixinStandardHelpOptions = true,
    description = {
      "Writes one file with all that somebody who helps from afar asks for.",
      "Passwords, tokens, keys, values of variables and contents of files are removed,"
          + " what the services write is not in it. Read it before you send it on."
    })
public final class SupportBundle implements Callable<Integer> {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);
  private static final int LONGEST_JOURNAL = 1 << 20;

  @Mixin private ConfigOption config = new ConfigOption();

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "Where to. Default: iot-agent-DEVICE-TIME.tar in this directory.")
  private @Nullable Path file;

  @Override
  public Integer call() throws SettingsException, IOException {
    var settings = config.read();
    var now = Instant.now();
    var to =
        Optional.ofNullable(file)
            .orElse(Path.of("iot-agent-" + settings.device() + "-" + STAMP.format(now) + ".tar"));
    Files.createFile(
        to, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try (var out = Files.newOutputStream(to)) {
      var tar = new Tar(out, now);
      fill(tar, settings, now);
      tar.end();
    }
    System.out.println(to);
    return 0;
  }

  private void fill(Tar tar, Settings settings, Instant now) throws SettingsException, IOException {
    var situation = Survey.of(settings, now);
    var redaction = new Redaction(secrets(settings));
    var words = new Words(now, ZoneId.systemDefault());
    tar.add("status.txt", redaction.text(StatusText.of(situation, words)));
    tar.add("status.json", redaction.text(StatusJson.of(situation)));
    tar.add("check.txt", redaction.text(Findings.text(new Check(config).findings())));
    tar.add("history.txt", redaction.text(HistoryCommand.text(settings, Optional.empty(), 0)));
    tar.add("config.txt", redaction.text(ConfigCommand.text(config.file())));
    tar.add("desired.json", redaction.json(desired(situation)));
    tar.add("journal.txt", redaction.text(journal()));
  }

  private static JsonNode desired(Situation situation) {
    try {
      return CanonicalJson.parse(
          situation.desired().map(document -> document.encode()).orElse("{}"));
    } catch (MalformedDocumentException e) {
      throw new IllegalStateException("a document that was encoded can be read", e);
    }
  }

  private static Set<String> secrets(Settings settings) throws IOException {
    var secrets = new HashSet<String>();
    switch (settings.identity()) {
      case Identity.Shared shared -> secrets.add(shared.password());
      case Identity.NatsCreds creds -> secrets.addAll(Files.readAllLines(creds.credsFile()));
      case Identity.Zitadel zitadel -> {
        secrets.addAll(Files.readAllLines(zitadel.keyFile()));
        new Kept(zitadel, settings.agent().stateDirectory())
            .load()
            .map(Token::value)
            .ifPresent(secrets::add);
      }
    }
    return secrets;
  }

  /** What the history does not hold: how the process itself ended. */
  private static String journal() {
    try {
      var process =
          new ProcessBuilder(
                  "journalctl",
                  "--no-pager",
                  "-n",
                  "1000",
                  "_SYSTEMD_UNIT=iot-agent.service",
                  "+",
                  "_SYSTEMD_USER_UNIT=iot-agent.service")
              .redirectErrorStream(true)
              .start();
      process.getOutputStream().close();
      return new String(process.getInputStream().readNBytes(LONGEST_JOURNAL), UTF_8);
    } catch (IOException e) {
      return "there is no journal here: " + e.getMessage() + "\n";
    }
  }
}
