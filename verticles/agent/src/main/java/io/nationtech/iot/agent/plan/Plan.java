package io.nationtech.iot.agent.plan;

import java.util.List;
import java.util.Map;

/**
 * What to do now.
 *
 * @param refusals deployments that are not carried out, by name
 */
public record Plan(List<Step> steps, Map<String, Refusal> refusals) {}
