package io.nationtech.iot.agent.plan;

import java.util.List;
import java.util.Map;

/**
 * What to do now.
 *
 * @param refusals deployments that are not carried out, by name
 * @param held deployments whose change has to wait, by name
 * @param since what is to be remembered of what is held
 * @param proven what is to be remembered of what was proven
 */
public record Plan(
    List<Step> steps,
    Map<String, Refusal> refusals,
    Map<String, Refusal> held,
    Map<String, Held> since,
    Map<ServiceKey, Proven> proven) {}
