package io.nationtech.iot.podman;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The client is of use to whoever has Vert.x, and knows nothing of this platform. */
@AnalyzeClasses(
    packages = "io.nationtech.iot.podman",
    importOptions = ImportOption.DoNotIncludeTests.class)
class LayersTest {
  @ArchTest
  static final ArchRule THE_CLIENT_KNOWS_THE_JDK_AND_VERTX_CORE =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.nationtech.iot.podman", "io.vertx.core..", "java..", "org.jspecify..");
}
