import { assert, describe, it } from "vitest"
import { InvalidSleep, sleep } from "../../src/blocking/sleep.ts"

describe("sleep, called plainly", () => {
  it("blocks for the time given", () => {
    const began = performance.now()
    sleep(20)
    assert.isAtLeast(performance.now() - began, 20)
  })

  it("returns at once for nothing, zero and less", () => {
    sleep()
    sleep(0)
    sleep(-1)
    sleep(Number.NEGATIVE_INFINITY)
  })

  for (const [given, shown] of [
    [Number.NaN, "not NaN"],
    ["5", "of type string"],
    [null, "not null"],
    [{}, "of type object"]
  ] as const) {
    it(`refuses what is ${shown}`, () => {
      try {
        sleep(given as number)
      } catch (error) {
        assert.instanceOf(error, InvalidSleep)
        assert.instanceOf(error, TypeError)
        assert.strictEqual((error as InvalidSleep).code, "GREENLIFT_SLEEP_INVALID")
        assert.isTrue(Object.is((error as InvalidSleep).given, given))
        assert.include((error as InvalidSleep).message, shown)
        assert.include((error as InvalidSleep).message, "pass a number")
        return
      }
      assert.fail("it did not throw")
    })
  }
})
