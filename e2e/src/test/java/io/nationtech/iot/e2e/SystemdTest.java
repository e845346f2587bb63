package io.nationtech.iot.e2e;

import static io.nationtech.iot.e2e.Plant.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nationtech.iot.codec.DeviceId;
import io.nationtech.iot.platform.Images;
import io.nationtech.iot.platform.NatsServer;
import io.nationtech.iot.platform.SecretFile;
import io.nationtech.iot.platform.Timeline;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/agent.md says of both units, where systemd is process 1. */
@Tag("slow")
class SystemdTest {
  private static final String MACHINES = "systemd-machine";
  private static final String USERS = "systemd-user";
  private static final int CRASHES = 10;

  @TempDir private static Path directory;
  private static NatsServer nats;
  private static SystemdMachine machine;

  @BeforeAll
  static void start() {
    machine = new SystemdMachine("systemd-test", directory);
    nats = NatsServer.start(MACHINES, USERS);
    for (var device : new String[] {MACHINES, USERS}) {
      try (var timeline = new Timeline(nats, new DeviceId(device))) {
        timeline.makeBuckets();
        timeline.want(
            """
            {"device":"%s","owner":"test/test","paused":false,"deployments":{"hello":{"uid":"1","generation":1,
            "since":"2026-01-01T00:00:00Z","retry":0,"update":{},"score":{"type":"PodmanV0","data":{"services":[
            {"name":"web","image":"%s","pullPolicy":"Never"}]}}}}}"""
                .formatted(device, Images.HELLO_1));
      }
      SecretFile.write(
          directory.resolve(device + ".toml"),
          """
          [nats]
          urls = ["%s"]
          [identity]
          type = "shared"
          user = "%s"
          password = "%s"
          """
              .formatted(nats.url(), device, nats.devicePassword(device)));
    }
  }

  @AfterAll
  static void end() {
    if (machine != null) {
      machine.close();
    }
    if (nats != null) {
      nats.close();
    }
  }

  @Test
  void theMachinesUnitTellsTheTruthIsRestartedAndLeavesTheContainersAlone() {
    machine.user("iot-agent");
    machine.sh("install -D -m 644 /iot-agent.jar /usr/lib/iot-agent/iot-agent.jar");
    machine.sh("install -m 755 /src/verticles/agent/systemd/iot-agent /usr/bin/");
    machine.sh(
        "install -m 644 /src/verticles/agent/systemd/system/iot-agent.service /etc/systemd/system/");
    machine.sh(
        "install -D -m 600 -o iot-agent %s/%s.toml /etc/iot-agent/agent.toml", directory, MACHINES);
    machine.sh("systemctl enable --now iot-agent");
    var all = "Status: \"" + MACHINES + ": 1 of 1 services run; connected to NATS\"";
    eventually("the line", () -> machine.ask("systemctl status iot-agent").contains(all));
    var container = container();
    var lines =
        machine.sh("journalctl -u iot-agent IOT_DEPLOYMENT=hello IOT_SERVICE=web -o verbose");
    assertTrue(lines.contains("MESSAGE=hello.web: started"), lines);
    assertTrue(lines.contains("PRIORITY=6"), lines);
    assertTrue(lines.contains("SYSLOG_IDENTIFIER=iot-agent"), lines);

    stuckItIsEndedByTheWatchdog();
    eventually("the line", () -> machine.ask("systemctl status iot-agent").contains(all));
    crashingItIsStartedAgainEachTimeLater();
    eventually("the line", () -> machine.ask("systemctl status iot-agent").contains(all));
    assertEquals(container, container());

    machine.sh("systemctl stop iot-agent");
    assertEquals(container, container());
    assertEquals("0", machine.sh("systemctl show -p ExecMainStatus --value iot-agent"));
  }

  private static void stuckItIsEndedByTheWatchdog() {
    settings("WatchdogSec=20\nRestartSec=100ms\nRestartMaxDelaySec=3s");
    machine.sh("systemctl restart iot-agent");
    machine.sh("kill -STOP " + pid());
    eventually("the watchdog", () -> number("NRestarts") == 1);
    var journal = machine.sh("journalctl -u iot-agent");
    assertTrue(journal.contains("Watchdog timeout (limit 20s)!"), journal);
  }

  private static void crashingItIsStartedAgainEachTimeLater() {
    var first = machine.sh("systemctl show -p RestartUSecNext --value iot-agent");
    for (int crash = 0; crash < CRASHES; crash++) {
      var pid = pid();
      machine.sh("kill -9 " + pid);
      eventually("the next one", () -> !pid().equals("0") && !pid().equals(pid));
    }
    assertTrue(number("NRestarts") > CRASHES);
    assertNotEquals(first, machine.sh("systemctl show -p RestartUSecNext --value iot-agent"));
  }

  private static void settings(String service) {
    machine.sh(
        "mkdir -p /run/systemd/system/iot-agent.service.d; printf '[Service]\n%s\n'"
            + " >/run/systemd/system/iot-agent.service.d/test.conf; systemctl daemon-reload",
        service);
  }

  private static String pid() {
    return machine.sh("systemctl show -p MainPID --value iot-agent");
  }

  private static int number(String property) {
    return Integer.parseInt(machine.sh("systemctl show -p %s --value iot-agent", property));
  }

  /** Its id, its state, and since when. */
  private static String container() {
    var container =
        machine.as(
            "iot-agent",
            "podman inspect --format \"{{.Id}} {{.State.Status}} {{.State.StartedAt}}\" hello.web");
    assertTrue(container.contains(" running "), container);
    return container;
  }

  @Test
  void aUsersOwnUnitRunsWithoutASessionOnTheUsersOwnPodman() {
    machine.user("mechanic");
    machine.as(
        "mechanic",
        "mkdir -p .local/bin .local/lib/iot-agent .config/iot-agent .config/systemd/user;"
            + " cp /iot-agent.jar .local/lib/iot-agent/;"
            + " cp /src/verticles/agent/systemd/iot-agent .local/bin/;"
            + " cp /src/verticles/agent/systemd/user/iot-agent.service .config/systemd/user/");
    machine.sh(
        "install -m 600 -o mechanic %s/%s.toml ~mechanic/.config/iot-agent/agent.toml",
        directory, USERS);
    machine.sh("systemctl --user -M mechanic@ enable --now iot-agent");
    var all = "Status: \"" + USERS + ": 1 of 1 services run; connected to NATS\"";
    eventually(
        "the line",
        () -> machine.ask("systemctl --user -M mechanic@ status iot-agent").contains(all));
    var check = machine.as("mechanic", ".local/bin/iot-agent check");
    assertTrue(check.contains("services of user mechanic run without a session"), check);
    assertTrue(check.endsWith("All is well."), check);
    var journal = machine.sh("journalctl _SYSTEMD_USER_UNIT=iot-agent.service IOT_SERVICE=web");
    assertTrue(journal.contains("hello.web: started"), journal);
  }
}
