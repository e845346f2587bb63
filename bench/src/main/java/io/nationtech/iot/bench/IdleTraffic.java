package io.nationtech.iot.bench;

import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.codec.ReportedDocument;
import io.nationtech.iot.platform.NatsServer;
import io.nationtech.iot.platform.PrivateAuthority;
import io.nationtech.iot.platform.Program;
import io.nationtech.iot.platform.Programs;
import io.nationtech.iot.platform.Timeline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What an idle device sends and receives in a month. */
@Command(
    name = "idle-traffic",
    mixinStandardHelpOptions = true,
    description =
        "Bytes on the wire between an idle agent (10 services, a desired document of 10 KB) and NATS,"
            + " as the network interface of the NATS server counts them: TLS, TCP and IP included,"
            + " both ways. Scaled to 30 days, with the exchange of both documents that comes every 6"
            + " hours, or every day with the metered profile, measured by itself.")
final class IdleTraffic implements Callable<Integer> {
  private static final int SERVICES = 10;
  private static final int PADDING = 9200;
  private static final Duration MONTH = Duration.ofDays(30);
  private static final Duration SETTLING = Duration.ofSeconds(30);
  private static final double MEGABYTE = 1e6;

  private enum Profile {
    DEFAULT("default", 10, Duration.ofHours(6)),
    METERED("metered", 4, Duration.ofDays(1));

    private final String word;
    private final double goal;
    private final Duration exchange;

    Profile(String word, double goal, Duration exchange) {
      this.word = word;
      this.goal = goal;
      this.exchange = exchange;
    }
  }

  @Option(names = "--minutes", description = "How long each profile is watched; 10.")
  private int minutes = 10;

  /** Both profiles at once, each with servers and containers of its own. */
  @Override
  public Integer call() {
    Stream.of(Profile.values()).parallel().forEach(this::watch);
    return 0;
  }

  private void watch(Profile profile) {
    var device = new DeviceId("bench-traffic-" + profile.word);
    var authority = new PrivateAuthority();
    try (var nats = NatsServer.startSecured(authority, device.value())) {
      watch(profile, device, nats, authority);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      new Containers(device.value()).removeAll();
    }
  }

  private void watch(Profile profile, DeviceId device, NatsServer nats, PrivateAuthority authority)
      throws IOException {
    var directory = Files.createTempDirectory("bench");
    var more = "profile = \"" + profile.word + "\"";
    var config = Programs.securedConfig(directory, nats, authority, device.value(), more);
    var agent = Programs.distributed(Distribution.path(), directory, config, Map.of());
    try {
      var report = settle(nats, device, agent);
      Figures.progress(profile.word + ": idle for " + minutes + " min");
      var idle = Traffic.during(nats.pid(), Duration.ofMinutes(minutes));
      agent.kill();
      print(profile, idle, DocumentExchange.traffic(nats, authority, device, report));
    } finally {
      agent.kill();
    }
  }

  /** Nobody but the agent is connected in the end; gives its report. */
  private static ReportedDocument settle(NatsServer nats, DeviceId device, Program agent) {
    try (var timeline = new Timeline(nats, device)) {
      timeline.makeBuckets();
      timeline.want(IdleDocument.of(device, SERVICES, PADDING));
      var began = Instant.now();
      agent.start();
      Awaitility.await("all services running")
          .atMost(Duration.ofMinutes(2))
          .until(() -> timeline.running(device.value(), began).isPresent());
      Processes.pause(SETTLING);
      return timeline.reported().getLast();
    }
  }

  private void print(Profile profile, Traffic idle, Traffic exchange) {
    double scale = (double) MONTH.toMinutes() / minutes;
    double exchanges = (double) MONTH.toSeconds() / profile.exchange.toSeconds();
    double month = (idle.bytes() * scale + exchange.bytes() * exchanges) / MEGABYTE;
    Figures.result("bytes_a_minute_" + profile.word, (double) idle.bytes() / minutes, "bytes");
    Figures.result(
        "packets_a_minute_" + profile.word, (double) idle.packets() / minutes, "packets");
    Figures.result("bytes_of_an_exchange_" + profile.word, exchange.bytes(), "bytes");
    Figures.result("traffic_a_month_" + profile.word, month, "MB");
    Figures.result(
        "traffic_ratio_to_goal_" + profile.word,
        month / profile.goal,
        "of " + profile.goal + " MB");
  }
}
