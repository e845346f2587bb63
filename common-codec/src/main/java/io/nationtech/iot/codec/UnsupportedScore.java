package io.nationtech.iot.codec;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A score that this version does not run.
 *
 * @param reason a CamelCase word: ScoreTypeNotSupported, ScoreInvalid or FieldNotSupported
 * @param message a sentence that names the type or the field
 */
public record UnsupportedScore(JsonNode json, String reason, String message) implements Score {}
