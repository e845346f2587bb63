package io.nationtech.iot.agent.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.nationtech.iot.agent.config.SettingsException;
import io.nationtech.iot.agent.plan.ObservedContainer;
import io.nationtech.iot.agent.podman.PodmanRuntime;
import io.nationtech.iot.podman.LogLine;
import io.nationtech.iot.podman.Podman;
import io.vertx.core.Future;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code iot-agent logs}. */
@Command(
    name = "logs",
    mixinStandardHelpOptions = true,
    description = "Shows what a service writes, as podman keeps it.")
public final class Logs implements Callable<Integer> {
  @Mixin private ConfigOption config = new ConfigOption();

  @Parameters(
      paramLabel = "SERVICE",
      description = "As in iot-agent status: hello.web, or web alone where there is one only.")
  private String service = "";

  @Option(
      names = {"-f", "--follow"},
      description = "Goes on until the container ends.")
  private boolean follow;

  @Option(
      names = {"-n", "--tail"},
      description = "How many lines of before. Default: ${DEFAULT-VALUE}",
      defaultValue = "100")
  private int tail;

  @Override
  public Integer call() throws SettingsException, IOException {
    var settings = config.read();
    try {
      PodmanQuestion.with(
          settings,
          (vertx, podman) ->
              new PodmanRuntime(vertx, podman, settings.device())
                  .observe()
                  .compose(all -> show(podman, all)));
      return 0;
    } catch (CompletionException e) {
      throw new IOException(Optional.ofNullable(e.getCause()).orElse(e).getMessage(), e);
    }
  }

  private Future<Void> show(Podman podman, List<ObservedContainer> all) {
    var found =
        all.stream()
            .filter(
                container ->
                    container.name().equals(service)
                        || container.key().toString().equals(service)
                        || container.key().service().equals(service))
            .toList();
    if (found.stream().map(ObservedContainer::key).distinct().count() == 1) {
      return podman.logs(best(found).id(), follow, tail, Logs::print);
    }
    var names =
        (found.isEmpty() ? all : found)
            .stream().map(ObservedContainer::name).sorted().collect(Collectors.joining(", "));
    var what = found.isEmpty() ? "there is no container of a service " : "there are several of ";
    return Future.failedFuture(
        new IOException(what + service + (names.isEmpty() ? "" : "; there is " + names)));
  }

  /** The one that was asked for by its very name, else the one that runs. */
  private ObservedContainer best(List<ObservedContainer> found) {
    return found.stream()
        .max(
            Comparator.<ObservedContainer, Boolean>comparing(
                    container -> container.name().equals(service) && !container.settled())
                .thenComparing(ObservedContainer::running)
                .thenComparing(ObservedContainer::settled))
        .orElseThrow();
  }

  private static void print(LogLine line) {
    var stream = line.error() ? System.err : System.out;
    var bytes = line.text().getBytes(UTF_8);
    stream.write(bytes, 0, bytes.length);
    stream.flush();
  }
}
