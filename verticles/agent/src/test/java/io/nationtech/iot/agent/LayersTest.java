package io.nationtech.iot.agent;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;

/** Who may use whom. */
@AnalyzeClasses(
    packages = "io.nationtech.iot.agent",
    importOptions = ImportOption.DoNotIncludeTests.class)
class LayersTest {
  private static final String BASE = "io.nationtech.iot.agent";

  @ArchTest
  static final ArchRule DECISIONS_KNOW_NO_TECHNOLOGY =
      classes()
          .that()
          .resideInAnyPackage(BASE + ".plan", BASE + ".identity", BASE + ".status")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              BASE + ".plan",
              BASE + ".identity",
              BASE + ".status",
              "io.nationtech.iot.codec",
              "com.fasterxml.jackson.databind..",
              "java..",
              "org.jspecify..");

  @ArchTest
  static final ArchRule DECISIONS_ARE_TOLD_THE_TIME_AND_TOUCH_NOTHING =
      noClasses()
          .that()
          .resideInAnyPackage(BASE + ".plan", BASE + ".identity", BASE + ".status")
          .and()
          // The one that keeps the time; it is told the system's.
          .areNotAssignableTo(InstantSource.class)
          .should()
          .dependOnClassesThat()
          .belongToAnyOf(
              Clock.class,
              InstantSource.class,
              java.util.Random.class,
              Thread.class,
              java.nio.file.Files.class,
              java.io.File.class)
          .orShould()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "java.util.logging..", "java.net..", "java.util.concurrent..", "java.sql..")
          .orShould()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(System.class, "getenv", String.class)
          .orShould()
          .callMethod(System.class, "getProperty", String.class)
          .orShould()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err");

  @ArchTest
  static final ArchRule EACH_LAYER_KNOWS_ONLY_WHAT_IS_BELOW =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("plan")
          .definedBy(BASE + ".plan")
          .layer("reconcile")
          .definedBy(BASE + ".reconcile")
          .layer("podman")
          .definedBy(BASE + ".podman")
          .layer("nats")
          .definedBy(BASE + ".nats")
          .layer("store")
          .definedBy(BASE + ".store")
          .layer("config")
          .definedBy(BASE + ".config")
          .layer("identity")
          .definedBy(BASE + ".identity")
          .layer("zitadel")
          .definedBy(BASE + ".zitadel")
          .layer("status")
          .definedBy(BASE + ".status")
          .layer("systemd")
          .definedBy(BASE + ".systemd")
          .layer("cli")
          .definedBy(BASE + ".cli")
          .layer("main")
          .definedBy(BASE)
          .whereLayer("plan")
          .mayOnlyBeAccessedByLayers(
              "reconcile", "podman", "nats", "store", "config", "status", "cli", "main")
          .whereLayer("reconcile")
          .mayOnlyBeAccessedByLayers("podman", "nats", "store", "cli", "main")
          .whereLayer("podman")
          .mayOnlyBeAccessedByLayers("cli", "main")
          .whereLayer("nats")
          .mayOnlyBeAccessedByLayers("cli", "main")
          .whereLayer("identity")
          .mayOnlyBeAccessedByLayers("config", "zitadel", "cli", "main")
          .whereLayer("zitadel")
          .mayOnlyBeAccessedByLayers("cli", "main")
          .whereLayer("store")
          .mayOnlyBeAccessedByLayers("zitadel", "cli", "main")
          .whereLayer("config")
          .mayOnlyBeAccessedByLayers("zitadel", "cli", "main")
          .whereLayer("status")
          .mayOnlyBeAccessedByLayers("store", "cli", "main")
          .whereLayer("systemd")
          .mayOnlyBeAccessedByLayers("main")
          .whereLayer("main")
          .mayNotBeAccessedByAnyLayer();

  @ArchTest
  static final ArchRule THE_LOOP_KNOWS_NEITHER_PODMAN_NOR_NATS_NOR_FILES =
      noClasses()
          .that()
          .resideInAPackage(BASE + ".reconcile")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.nationtech.iot.podman..",
              "io.nationtech.iot.nats..",
              "io.nats..",
              "java.nio.file..");

  @ArchTest
  static final ArchRule ONLY_THE_ADAPTER_KNOWS_ITS_TECHNOLOGY =
      noClasses()
          .that()
          .resideInAnyPackage(BASE + ".nats", BASE + ".store", BASE + ".config")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.nationtech.iot.podman..")
          .orShould()
          .dependOnClassesThat()
          .resideInAPackage("picocli..");

  @ArchTest
  static final ArchRule THE_AGENT_KNOWS_NO_OTHER_VERTICLE_AND_NO_TEST_PLATFORM =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.nationtech.iot.operator..",
              "io.nationtech.iot.callout..",
              "io.nationtech.iot.platform..");
}
