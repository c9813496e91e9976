/** Draws the figures of many requests at once, by name. */
import { draw as drawOne } from "../../../static/js/figure/asked.js";

/** @param {Record<string, any>} asked */
export const draw = (asked) => Object.fromEntries(Object.entries(asked).map(([name, one]) => [name, drawOne(one)]));
