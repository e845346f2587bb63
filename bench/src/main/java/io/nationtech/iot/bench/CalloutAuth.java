package io.nationtech.iot.bench;

import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.platform.NatsServer;
import io.nationtech.iot.platform.Place;
import io.nationtech.iot.platform.Program;
import io.nationtech.iot.platform.Programs;
import io.nationtech.iot.platform.Timeline;
import java.io.IOException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How many devices a second a callout lets in, against the server alone. */
@Command(
    name = "callout-auth",
    mixinStandardHelpOptions = true,
    description =
        "Sign-ins a second with RS256 tokens through one callout, requests sealed, against the same"
            + " nats-server with static users whose passwords are the same tokens, and the same"
            + " clients. Rounds of both alternate. About two minutes.")
final class CalloutAuth implements Callable<Integer> {
  /** Until the compilers of the callout's JVM are done; before, they take as much as the logins. */
  private static final int WARM_UP = 8;

  @Option(names = "--devices", description = "That sign in once a round; 4000 where not given.")
  private int devices = 4000;

  @Option(names = "--rounds", description = "Measured rounds of each; 5 where not given.")
  private int rounds = 5;

  @Option(names = "--at-once", description = "Clients at the same time; 32 where not given.")
  private int atOnce = 32;

  @Option(
      names = "--nats-settings",
      defaultValue = "",
      description = "More of nats-server's configuration, such as 'prof_port: 6060'.")
  private String natsSettings = "";

  /** What one round used of the processor, in microseconds a login. */
  private record Cost(double server, double callout, double client) {}

  private final List<Double> plainServer = new ArrayList<>();

  @Override
  public Integer call() throws IOException, GeneralSecurityException {
    var directory = Files.createTempDirectory("bench");
    Figures.progress("signing " + devices + " tokens");
    try (var issuer = new BenchIssuer()) {
      var tokens = issuer.tokens(devices);
      var keys = Programs.calloutKeys(directory);
      try (var plain = NatsServer.start(Place.FREE, NatsServer.newPassword(), tokens);
          var asking =
              NatsServer.startWithCallout(
                  Place.FREE, NatsServer.newPassword(), keys.issuer(), keys.xkey(), natsSettings)) {
        try (var timeline = new Timeline(asking, new DeviceId("device-0"))) {
          timeline.makeBuckets();
        }
        var policy = Files.writeString(directory.resolve("policy.yaml"), issuer.policy());
        var callout = Programs.callout(directory, asking, policy);
        callout.start();
        try {
          Awaitility.await("the callout answers")
              .atMost(Duration.ofSeconds(30))
              .until(() -> callout.count("callout: answers") > 0);
          measure(tokens, plain, asking, callout);
        } finally {
          callout.kill();
        }
      }
    }
    return 0;
  }

  private void measure(
      SortedMap<String, String> tokens, NatsServer plain, NatsServer asking, Program callout)
      throws IOException {
    var byPassword = new ArrayList<String>();
    var byToken = new ArrayList<String>();
    tokens.forEach(
        (device, token) -> {
          byPassword.add(connect("\"user\":\"" + device + "\",\"pass\":\"" + token + "\""));
          byToken.add(connect("\"auth_token\":\"" + token + "\""));
        });
    var without = new Logins(plain.url(), byPassword);
    var with = new Logins(asking.url(), byToken);
    Figures.progress("warming up; every device is pinned");
    for (int i = 0; i < WARM_UP; i++) {
      without.run(atOnce);
      with.run(atOnce);
    }
    var baseline = new ArrayList<Logins.Round>();
    var measured = new ArrayList<Logins.Round>();
    var costs = new ArrayList<Cost>();
    for (int i = 1; i <= rounds; i++) {
      Figures.progress("round " + i + " of " + rounds);
      double before = Processes.cpuSeconds(plain.pid());
      baseline.add(without.run(atOnce));
      plainServer.add((Processes.cpuSeconds(plain.pid()) - before) / devices * 1e6);
      measured.add(costly(with, asking, callout, costs));
    }
    print(baseline, measured, costs);
    Figures.result("callout_pss", Processes.pss(callout.pid()), "MiB");
  }

  private Logins.Round costly(Logins logins, NatsServer server, Program callout, List<Cost> costs)
      throws IOException {
    long serverPid = server.pid();
    double serverBefore = Processes.cpuSeconds(serverPid);
    double calloutBefore = Processes.cpuSeconds(callout.pid());
    double clientBefore = Processes.cpuSeconds(ProcessHandle.current().pid());
    var round = logins.run(atOnce);
    costs.add(
        new Cost(
            (Processes.cpuSeconds(serverPid) - serverBefore) / devices * 1e6,
            (Processes.cpuSeconds(callout.pid()) - calloutBefore) / devices * 1e6,
            (Processes.cpuSeconds(ProcessHandle.current().pid()) - clientBefore) / devices * 1e6));
    return round;
  }

  private void print(List<Logins.Round> baseline, List<Logins.Round> measured, List<Cost> costs) {
    Figures.header();
    Figures.row(
        "static users", baseline.stream().map(Logins.Round::perSecond).toList(), "logins/s");
    Figures.row("callout", measured.stream().map(Logins.Round::perSecond).toList(), "logins/s");
    Figures.row("static users, p50", baseline.stream().map(r -> r.percentile(0.5)).toList(), "ms");
    Figures.row("static users, p99", baseline.stream().map(r -> r.percentile(0.99)).toList(), "ms");
    Figures.row("callout, p50", measured.stream().map(r -> r.percentile(0.5)).toList(), "ms");
    Figures.row("callout, p99", measured.stream().map(r -> r.percentile(0.99)).toList(), "ms");
    System.out.println("Processor time of one login:");
    Figures.row("nats-server, static users", plainServer, "us");
    Figures.row("nats-server, callout", costs.stream().map(Cost::server).toList(), "us");
    Figures.row("callout", costs.stream().map(Cost::callout).toList(), "us");
    Figures.row("client", costs.stream().map(Cost::client).toList(), "us");
    double plain = Figures.median(baseline.stream().map(Logins.Round::perSecond).toList());
    double asked = Figures.median(measured.stream().map(Logins.Round::perSecond).toList());
    int refused = measured.stream().mapToInt(Logins.Round::refused).sum();
    Figures.result("static_logins", plain, "1/s");
    Figures.result("callout_logins", asked, "1/s");
    Figures.result("refused", refused, "logins");
    Figures.result("ratio_to_static_tokens", asked / plain, "ratio");
  }

  private static String connect(String credentials) {
    return "{"
        + credentials
        + ",\"verbose\":false,\"pedantic\":false,\"headers\":true,\"protocol\":1,\"lang\":\"raw\","
        + "\"version\":\"0\"}";
  }
}
