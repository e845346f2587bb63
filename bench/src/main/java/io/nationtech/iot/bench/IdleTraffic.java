package io.nationtech.iot.bench;

import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.codec.ReportedDocument;
import io.nationtech.iot.platform.NatsServer;
import io.nationtech.iot.platform.PrivateAuthority;
import io.nationtech.iot.platform.Program;
import io.nationtech.iot.platform.Programs;
import io.nationtech.iot.platform.Timeline;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
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
  private static final DeviceId DEVICE = new DeviceId("bench-traffic");
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

  private final Containers containers = new Containers(DEVICE.value());

  @Override
  public Integer call() throws IOException {
    try {
      for (var profile : Profile.values()) {
        watch(profile);
      }
      return 0;
    } finally {
      containers.removeAll();
    }
  }

  private void watch(Profile profile) throws IOException {
    var directory = Files.createTempDirectory("bench");
    var authority = new PrivateAuthority();
    var document = IdleDocument.of(DEVICE, SERVICES, PADDING);
    var more = "profile = \"" + profile.word + "\"";
    try (var nats = NatsServer.startSecured(authority, DEVICE.value())) {
      var config = Programs.securedConfig(directory, nats, authority, DEVICE.value(), more);
      var agent = Programs.distributed(Distribution.path(), directory, config, Map.of());
      try {
        var report = settle(nats, document, agent);
        Figures.progress(profile.word + ": idle for " + minutes + " min");
        var idle = Traffic.during(nats.pid(), Duration.ofMinutes(minutes));
        agent.kill();
        print(profile, idle, DocumentExchange.traffic(nats, authority, DEVICE, report));
      } finally {
        agent.kill();
      }
    }
  }

  /** Nobody but the agent is connected in the end; gives its report. */
  private static ReportedDocument settle(NatsServer nats, String document, Program agent) {
    try (var timeline = new Timeline(nats, DEVICE)) {
      timeline.makeBuckets();
      timeline.want(document);
      var began = Instant.now();
      agent.start();
      Awaitility.await("all services running")
          .atMost(Duration.ofMinutes(2))
          .until(() -> timeline.running(IdleDocument.DEPLOYMENT, began).isPresent());
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
