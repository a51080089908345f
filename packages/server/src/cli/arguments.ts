import { InvalidArgumentError } from "commander";

// Readers of what is given on the command line. Each throws an InvalidArgumentError, whose words commander prints.

export function notEmpty(given: string): string {
  if (given === "") throw new InvalidArgumentError("It must not be empty.");
  return given;
}

export function wholeNumber(least: number, most: number): (given: string) => number {
  return (given) => {
    const value = Number(given);
    if (!/^\d+$/.test(given) || value < least || value > most) {
      throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
    }
    return value;
  };
}

export function jsonValue(given: string): unknown {
  try {
    return JSON.parse(given) as unknown;
  } catch {
    throw new InvalidArgumentError(`It must be JSON, such as '{"n": 1}' or '"hello"'.`);
  }
}
