package io.nationtech.iot.platform.enrol;

import io.nationtech.iot.platform.Command;
import io.nationtech.iot.platform.ZitadelRefusal;
import io.nationtech.iot.platform.enrol.Enrolment.Enrolled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

/** {@code dev/enrol}: what it prints on the standard output is the Device and nothing else. */
@CommandLine.Command(
    name = "dev/enrol",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Makes what a device needs to sign in: a service account in Zitadel with the",
      "fleet's role, a key, agent.toml, and the Device resource that pins the name to",
      "this account. What is there already stays. After dev/demo no option is needed."
    },
    footer = {
      "",
      "@FILE stands for options, one a line. docs/enrol-a-device.md says where their values are.",
      "Exit codes: 0, 1 something is wrong, 2 usage, 69 a tool is missing."
    })
public final class Enrol implements Callable<Integer> {
  private static final int OK = 0;
  private static final int WRONG = 1;
  private static final int USAGE = 2;
  private static final int TOOL_MISSING = 69;

  @Mixin private EnrolOptions options = new EnrolOptions();

  private Enrol() {}

  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  static int run(String... arguments) {
    return new CommandLine(new Enrol())
        .setOverwrittenOptionsAllowed(true)
        .setUseSimplifiedAtFiles(true)
        .execute(arguments);
  }

  @Override
  public Integer call() {
    try {
      var device = options.device();
      var enrolled = options.enrolment(Enrol::say).enrol(device, options.newKey());
      tellWhatToCopy(enrolled);
      return options.apply() ? apply(enrolled) : print(enrolled);
    } catch (EnrolOptions.WrongUsage e) {
      return fail(USAGE, e.getMessage());
    } catch (ZitadelRefusal e) {
      return fail(WRONG, words(e));
    } catch (Enrolment.Unusable e) {
      return fail(WRONG, e.getMessage());
    } catch (IllegalStateException e) {
      return fail(WRONG, "what the provider answers can't be used: " + e.getMessage());
    } catch (UncheckedIOException e) {
      return fail(WRONG, words(Objects.requireNonNull(e.getCause())));
    }
  }

  private static String words(ZitadelRefusal refusal) {
    return switch (refusal.status()) {
      case 401 -> "the provider does not know the token, or it has expired: " + refusal.words();
      case 403 ->
          "the token's owner may not do that: make it Org User Manager of the organisation ("
              + refusal.words()
              + ")";
      default -> "the provider answers to " + refusal.getMessage();
    };
  }

  private static String words(IOException e) {
    return switch (e) {
      case FileSystemException file -> "can't write " + file.getMessage();
      case ConnectException _ -> "the provider can't be reached: is --issuer right, is it up?";
      case SSLException tls ->
          "the provider can't be trusted, --ca-file names whom to trust: " + tls.getMessage();
      default -> "the provider can't be reached: " + e;
    };
  }

  private static void tellWhatToCopy(Enrolled enrolled) {
    var here = enrolled.directory();
    say("copy to the device, into " + AgentToml.USUAL_DIRECTORY + " or wherever agent.toml says,");
    say("owned by the user that the agent runs as, chmod 600:");
    enrolled.key().ifPresent(key -> say("  " + here.resolve(Enrolment.KEY)));
    say("  " + here.resolve(Enrolment.AGENT));
  }

  private static int print(Enrolled enrolled) {
    say("and the Device, for kubectl create -f " + enrolled.resource() + " or your repository:");
    try {
      System.out.print(Files.readString(enrolled.resource()));
      return OK;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Not kubectl apply: of a Device that somebody applied before, it would take away what is not in
   * this one, labels above all.
   */
  private int apply(Enrolled enrolled) {
    var resource = enrolled.resource().toString();
    try {
      var answer = kubectl("create", "-f", resource);
      if (answer.output().contains("(AlreadyExists)")) {
        answer = kubectl("patch", "-f", resource, "--type=merge", "--patch-file", resource);
      }
      say("kubectl: " + answer.output().strip());
      return answer.exitCode() == 0 ? OK : WRONG;
    } catch (UncheckedIOException e) {
      return fail(TOOL_MISSING, "kubectl is missing: install it, or leave --apply out");
    }
  }

  private Command kubectl(String... arguments) {
    var command = options.kubectl();
    command.addAll(List.of(arguments));
    return Command.attempt(command.toArray(String[]::new));
  }

  private static int fail(int code, @Nullable String message) {
    say(String.valueOf(message));
    return code;
  }

  private static void say(String line) {
    System.err.println("enrol: " + line);
  }
}
