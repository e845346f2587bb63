package io.nationtech.iot.callout;

import io.nationtech.iot.callout.kick.Kick;
import io.nationtech.iot.callout.kick.Outcome;
import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.nats.ConnectionState;
import io.nationtech.iot.nats.Credentials;
import io.nationtech.iot.nats.NatsConnection;
import io.nationtech.iot.nats.NatsException;
import io.nationtech.iot.nats.NatsSettings;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Cuts whoever is still connected. */
@Command(
    name = "kick",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Closes all connections of a device, on every server of the cluster.",
      "Deny it in the policy first: whoever is still let in is back within seconds."
    },
    footer = {
      "",
      "Exit codes: 0 closed, and none came back; 1 something is wrong, or one came back;",
      "2 usage; 3 there is no such connection; 78 configuration."
    })
final class KickCommand implements Callable<Integer> {
  private static final String ENVIRONMENT = "IOT_CALLOUT_";
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final int SOMETHING_IS_WRONG = 1;
  private static final int NOBODY_THERE = 3;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "DEVICE",
      description = "The device's id; a person's subject with --account=OPS.")
  private String name = "";

  @Option(
      names = "--account",
      description = "The account it is in (default DEV); in operator mode its public key, A...")
  private @Nullable String account;

  @Option(
      names = "--nats-url",
      split = ",",
      defaultValue = "${env:" + ENVIRONMENT + "NATS_URL}",
      description = "NATS servers, with commas between them; one that answers is enough.")
  private List<String> natsUrls = List.of();

  @Option(
      names = "--nats-ca-file",
      defaultValue = "${env:" + ENVIRONMENT + "NATS_CA_FILE}",
      description = "Certificates to trust in place of the system's, PEM.")
  private @Nullable Path natsCaFile;

  @Option(
      names = "--system-user",
      defaultValue = "${env:" + ENVIRONMENT + "SYSTEM_USER}",
      description = "A user in the servers' system account.")
  private @Nullable String systemUser;

  @Option(
      names = "--system-password-file",
      defaultValue = "${env:" + ENVIRONMENT + "SYSTEM_PASSWORD_FILE}",
      description = "The file that holds the user's password.")
  private @Nullable Path systemPasswordFile;

  @Option(
      names = "--system-creds-file",
      defaultValue = "${env:" + ENVIRONMENT + "SYSTEM_CREDS_FILE}",
      description = "In place of user and password: a .creds file (operator mode).")
  private @Nullable Path systemCredsFile;

  @Option(
      names = "--watch-seconds",
      defaultValue = "${env:" + ENVIRONMENT + "WATCH_SECONDS:-5}",
      description = "For how long what comes back is closed again, and told (default 5).")
  private int watchSeconds = 5;

  @Override
  public Integer call() throws ConfigurationException, InterruptedException {
    var command = Objects.requireNonNull(spec).commandLine();
    if (account == null && systemCredsFile != null) {
      throw new ParameterException(
          command, "--account is missing: in operator mode it is the account's public key, A...");
    }
    var in = Objects.requireNonNullElse(account, Wire.ACCOUNT_DEVICES);
    // An empty name would be everybody's.
    if (!TOKEN.matcher(name).matches() || !TOKEN.matcher(in).matches()) {
      throw new ParameterException(command, "DEVICE and --account are letters, digits, '-', '_'");
    }
    if (natsUrls.isEmpty()) {
      throw new ConfigurationException("--nats-url is missing");
    }
    var credentials =
        CommandOptions.credentials("system", systemCredsFile, systemUser, systemPasswordFile);
    return told(command.getOut(), in, close(credentials, in, command.getOut()));
  }

  private Outcome close(Credentials credentials, String in, PrintWriter out)
      throws InterruptedException {
    var vertx = Vertx.vertx();
    try {
      return connected(vertx, credentials)
          .compose(
              connection ->
                  new Kick(vertx, connection, in, name, out::println)
                      .close(Duration.ofSeconds(watchSeconds))
                      .eventually(connection::close))
          .toCompletionStage()
          .toCompletableFuture()
          .get();
    } catch (ExecutionException e) {
      var cause = Objects.requireNonNullElse(e.getCause(), e);
      throw new IllegalStateException(cause.getMessage(), cause);
    } finally {
      vertx.close();
    }
  }

  /** Fails at the first refusal: a person waits. */
  private Future<NatsConnection> connected(Vertx vertx, Credentials credentials) {
    var settings =
        new NatsSettings(
            natsUrls,
            "iot-callout-kick",
            credentials,
            Wire.inboxPrefix("kick"),
            Optional.ofNullable(natsCaFile));
    var there = Promise.<Void>promise();
    var connection =
        NatsConnection.open(
            vertx,
            settings,
            state -> {
              switch (state) {
                case ConnectionState.Connected _ -> there.tryComplete();
                case ConnectionState.Disconnected away ->
                    there.tryFail(new NatsException("NATS is not reached: " + away.reason()));
              }
            });
    return there.future().map(connection).onFailure(e -> connection.close());
  }

  private int told(PrintWriter out, String in, Outcome outcome) {
    if (outcome.silent() > 0) {
      out.println(outcome.silent() + " of the servers did not answer: try again");
    }
    if (outcome.back() > 0) {
      out.println(
          name
              + " came back: it is still let in; is it denied in the policy, and has every callout"
              + " read that?");
    }
    if (outcome.silent() > 0 || outcome.back() > 0) {
      return SOMETHING_IS_WRONG;
    }
    if (outcome.closed() == 0) {
      out.println(name + " has no connection in account " + in);
      return NOBODY_THERE;
    }
    return 0;
  }
}
