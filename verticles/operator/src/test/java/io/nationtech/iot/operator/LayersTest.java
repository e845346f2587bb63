package io.nationtech.iot.operator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may use whom. */
@AnalyzeClasses(
    packages = "io.nationtech.iot.operator",
    importOptions = ImportOption.DoNotIncludeTests.class)
class LayersTest {
  private static final String BASE = "io.nationtech.iot.operator";

  @ArchTest
  static final ArchRule THE_PURE_CORE_KNOWS_NO_TECHNOLOGY =
      classes()
          .that()
          .resideInAnyPackage(BASE + ".resource", BASE + ".desired", BASE + ".status")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              BASE + ".resource",
              BASE + ".desired",
              BASE + ".status",
              "io.nationtech.iot.codec",
              "com.fasterxml.jackson.databind..",
              "com.fasterxml.jackson.core..",
              "java..",
              "org.jspecify..");

  @ArchTest
  static final ArchRule EACH_LAYER_KNOWS_ONLY_WHAT_IS_BELOW =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("api")
          .definedBy(BASE + ".api")
          .layer("core")
          .definedBy(BASE + ".resource", BASE + ".desired", BASE + ".status")
          .layer("reconcile")
          .definedBy(BASE + ".reconcile")
          .layer("kube")
          .definedBy(BASE + ".kube")
          .layer("nats")
          .definedBy(BASE + ".nats")
          .layer("http")
          .definedBy(BASE + ".http")
          .layer("main")
          .definedBy(BASE)
          .whereLayer("api")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("core")
          .mayOnlyBeAccessedByLayers("reconcile", "kube", "nats")
          .whereLayer("reconcile")
          .mayOnlyBeAccessedByLayers("kube", "nats", "http", "main")
          .whereLayer("kube")
          .mayOnlyBeAccessedByLayers("main")
          .whereLayer("http")
          .mayOnlyBeAccessedByLayers("main")
          .whereLayer("nats")
          .mayOnlyBeAccessedByLayers("main")
          .whereLayer("main")
          .mayNotBeAccessedByAnyLayer();

  @ArchTest
  static final ArchRule RECONCILE_KNOWS_NEITHER_KUBERNETES_NOR_NATS =
      classes()
          .that()
          .resideInAPackage(BASE + ".reconcile")
          .should()
          .onlyDependOnClassesThat()
          .resideOutsideOfPackages("io.fabric8..", "io.nats..", "io.nationtech.iot.nats..");
}
