package io.nationtech.iot.callout;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may use whom. */
@AnalyzeClasses(
    packages = "io.nationtech.iot.callout",
    importOptions = ImportOption.DoNotIncludeTests.class)
class LayersTest {
  private static final String BASE = "io.nationtech.iot.callout";

  @ArchTest
  static final ArchRule THE_PURE_CORE_KNOWS_NO_TECHNOLOGY =
      classes()
          .that()
          .resideInAPackage(BASE + ".decide")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              BASE + ".decide",
              "io.nationtech.iot.codec",
              "com.fasterxml.jackson.databind..",
              "com.fasterxml.jackson.core..",
              "java..",
              "org.jspecify..");

  @ArchTest
  static final ArchRule EACH_LAYER_KNOWS_ONLY_WHAT_IS_BELOW =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("decide")
          .definedBy(BASE + ".decide")
          .layer("admit")
          .definedBy(BASE + ".admit")
          .layer("token")
          .definedBy(BASE + ".token")
          .layer("jwks")
          .definedBy(BASE + ".jwks")
          .layer("nats")
          .definedBy(BASE + ".nats")
          .layer("pin")
          .definedBy(BASE + ".pin")
          .layer("policy")
          .definedBy(BASE + ".policy")
          .layer("http")
          .definedBy(BASE + ".http")
          .layer("kick")
          .definedBy(BASE + ".kick")
          .layer("main")
          .definedBy(BASE)
          .whereLayer("admit")
          .mayOnlyBeAccessedByLayers("token", "nats", "pin", "http", "main")
          .whereLayer("token")
          .mayOnlyBeAccessedByLayers("jwks", "main")
          .whereLayer("jwks")
          .mayOnlyBeAccessedByLayers("main")
          .whereLayer("nats")
          .mayOnlyBeAccessedByLayers("main")
          .whereLayer("pin")
          .mayOnlyBeAccessedByLayers("main")
          .whereLayer("policy")
          .mayOnlyBeAccessedByLayers("main")
          .whereLayer("http")
          .mayOnlyBeAccessedByLayers("main")
          .whereLayer("kick")
          .mayOnlyBeAccessedByLayers("main")
          .whereLayer("main")
          .mayNotBeAccessedByAnyLayer();

  @ArchTest
  static final ArchRule ADMISSION_KNOWS_NEITHER_NATS_NOR_HTTP =
      classes()
          .that()
          .resideInAPackage(BASE + ".admit")
          .should()
          .onlyDependOnClassesThat()
          .resideOutsideOfPackages(
              "io.nats..", "io.nationtech.iot.nats..", "io.vertx.core.http..", "io.vertx.ext..");
}
