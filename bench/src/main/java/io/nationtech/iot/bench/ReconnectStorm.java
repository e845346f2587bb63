package io.nationtech.iot.bench;

import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.nats.BackOff;
import io.nationtech.iot.platform.NatsServer;
import io.nationtech.iot.platform.Place;
import io.nationtech.iot.platform.Program;
import io.nationtech.iot.platform.Programs;
import io.nationtech.iot.platform.Timeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.awaitility.Awaitility;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How long a whole fleet takes to come back after nats-server was restarted. */
@Command(
    name = "reconnect-storm",
    mixinStandardHelpOptions = true,
    description =
        "Devices with RS256 tokens on one nats-server that asks one callout; the server is"
            + " restarted, and all come back with the agent's back-off. Before it the same with"
            + " static users whose passwords are the same tokens. About four minutes.")
final class ReconnectStorm implements Callable<Integer> {
  /** What a server and a JVM hold open beside the devices' connections. */
  private static final long FILES_BESIDE = 500;

  /** At first every device is pinned, by a JVM that has just started: that is no part of this. */
  private static final Duration FIRST_APART = Duration.ofMillis(5);

  @Option(names = "--devices", description = "That come back; 10000 where not given.")
  private int devices = 10_000;

  @Option(
      names = "--down-seconds",
      description = "How long nats-server stays away; 1 where not given, and its own start.")
  private int downSeconds = 1;

  @Option(
      names = "--give-up-seconds",
      description = "After which those who are not back are counted; 120 where not given.")
  private int giveUpSeconds = 120;

  @Option(
      names = "--nats-settings",
      defaultValue = "",
      description = "More of nats-server's configuration, such as 'prof_port: 6060'.")
  private String natsSettings = "";

  @Override
  public Integer call() throws IOException, GeneralSecurityException {
    requireOpenFiles("this benchmark", ProcessHandle.current().pid());
    var directory = Files.createTempDirectory("bench");
    try (var issuer = new BenchIssuer()) {
      Figures.progress("signing " + devices + " tokens");
      var tokens = issuer.tokens(devices);
      var plain = withStaticUsers(tokens);
      var asked = withCallout(tokens, issuer, directory);
      plain.print("static users", devices);
      asked.print("callout", devices);
      asked.results();
      Figures.result(
          "ratio_to_static_tokens",
          plain.seconds(0.99) / asked.seconds(0.99),
          "ratio of times to 99 %");
    }
    return 0;
  }

  private Storm withStaticUsers(SortedMap<String, String> tokens) throws IOException {
    var fleet = new ArrayList<FleetDevice>();
    tokens.forEach(
        (device, token) ->
            fleet.add(
                new FleetDevice(device, "\"user\":\"" + device + "\",\"pass\":\"" + token + "\"")));
    try (var server =
        NatsServer.start(Place.FREE, NatsServer.newPassword(), new TreeMap<>(tokens))) {
      return storm("static users", server, fleet, Optional.empty());
    }
  }

  private Storm withCallout(SortedMap<String, String> tokens, BenchIssuer issuer, Path directory)
      throws IOException {
    var fleet = new ArrayList<FleetDevice>();
    tokens.forEach(
        (device, token) -> fleet.add(new FleetDevice(device, "\"auth_token\":\"" + token + "\"")));
    var keys = Programs.calloutKeys(directory);
    try (var server =
        NatsServer.startWithCallout(
            Place.FREE, NatsServer.newPassword(), keys.issuer(), keys.xkey(), natsSettings)) {
      try (var timeline = new Timeline(server, new DeviceId("device-0"))) {
        timeline.makeBuckets();
      }
      var policy = Files.writeString(directory.resolve("policy.yaml"), issuer.policy());
      var callout = Programs.callout(directory, server, policy);
      callout.start();
      try {
        Awaitility.await("the callout answers")
            .atMost(Duration.ofSeconds(30))
            .until(() -> callout.count("callout: answers") > 0);
        return storm("callout", server, fleet, Optional.of(callout));
      } finally {
        callout.kill();
      }
    }
  }

  private Storm storm(
      String name, NatsServer server, List<FleetDevice> members, Optional<Program> callout)
      throws IOException {
    requireOpenFiles("nats-server", server.pid());
    try (var fleet = new Fleet(server.url(), members, ReconnectStorm::afterFailures)) {
      fleet.start(FIRST_APART);
      var storm = new Storm(name, fleet, devices, callout.map(Program::pid));
      storm.await(server.pid(), Duration.ofSeconds(giveUpSeconds), "connected for the first time");
      storm.settle(server.pid());
      server.stop();
      Processes.pause(Duration.ofSeconds(downSeconds));
      storm.begin();
      server.startAgain();
      storm.await(server.pid(), Duration.ofSeconds(giveUpSeconds), "back");
      storm.end();
      return storm;
    }
  }

  private void requireOpenFiles(String who, long pid) throws IOException {
    long needed = devices + FILES_BESIDE;
    long allowed = Processes.openFiles(pid);
    if (allowed < needed) {
      throw new IOException(
          "%d devices need %d open files a process, and %s may have %d: raise the limit of the shell ('ulimit -Hn %d' as root), or take fewer --devices"
              .formatted(devices, needed, who, allowed, needed));
    }
  }

  private static Duration afterFailures(int failures) {
    return BackOff.FLEET.after(failures, ThreadLocalRandom.current().nextDouble());
  }
}
