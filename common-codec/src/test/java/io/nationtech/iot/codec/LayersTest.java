package io.nationtech.iot.codec;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What every part of the platform shares drags nothing along. */
@AnalyzeClasses(
    packages = "io.nationtech.iot.codec",
    importOptions = ImportOption.DoNotIncludeTests.class)
class LayersTest {
  @ArchTest
  static final ArchRule THE_CODEC_KNOWS_THE_JDK_AND_JACKSON =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.nationtech.iot.codec",
              "com.fasterxml.jackson.core..",
              "com.fasterxml.jackson.databind..",
              "java..",
              "org.jspecify..");
}
