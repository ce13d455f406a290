// swift-format-ignore-file
// Each step in one line, as MutationTests print them.
@testable import Ingestion

extension Rare {
    /// A resync while a sweep is held.
    private static let heldSweep: KeyValuePairs<Int, Step> = [
        1: .register("alpha", concurrency: 1, publish: .changed, maxPending: 1000, maxLength: 1000),
        2: .claim(lane: 0, count: 1),
        3: .begin("alpha:1-1@2"),
        4: .commit("alpha:1-1@2", Listing(published: [Item(1, 0), Item(2, 0)], next: 0)),
        5: .claim(lane: 0, count: 1),
        6: .sweep("alpha:4-1@5", ahead: 0, rejectEmpty: true, above: 100.0),
        7: .advance(seconds: 100),
        8: .claim(lane: 0, count: 1),
        9: .begin("alpha:6-1@8"),
        10: .commit("alpha:6-1@8", Listing(next: 0)),
        11: .claim(lane: 0, count: 1),
        12: .sweep("alpha:10-1@11", ahead: 0, rejectEmpty: true, above: 100.0),
        13: .resync("alpha", behind: nil),
    ]

    /// Of what people and consumers do.
    static let operations: [Rare] = [
        Rare(
            "resync: `forget_held(provider)` → ``",
            lanes: 1,
            ["alpha"],
            heldSweep
        ),
        Rare(
            "resync: `if state[2] or state[6]` → `if state[2]`",
            lanes: 1,
            ["alpha"],
            heldSweep
        ),
        Rare(
            "register: `if last ~= '' or redis.call('EXISTS'` → `if redis.call('EXISTS'`",
            lanes: 1,
            ["alpha"],
            [
                1: .register("alpha", concurrency: 1, publish: .changed, maxPending: 1000, maxLength: 1000),
                2: .forget,
                3: .register("alpha", concurrency: 1, publish: .changed, maxPending: 1000, maxLength: 1000, starts: false),
            ]
        ),
        Rare(
            "trim: `if not before(last, lowest) then` → `if true then`",
            lanes: 2,
            ["alpha", "beta"],
            [
                106: .register("alpha", concurrency: 3, publish: .changed, maxPending: 20, maxLength: 12, changes: true, misses: 2, location: 1, by: .newer),
                107: .register("alpha", concurrency: 1, publish: .changed, maxPending: 4, maxLength: 40, location: 1),
                108: .claim(lane: 1, count: 1),
                113: .begin("alpha:106-1@108"),
                125: .commit("alpha:106-1@108", Listing(published: [Item(1, 0)], next: 0, namesRecords: false, circle: 1).keeping(4, "second")),
                141: .consume("alpha", "first"),
                145: .event("alpha", added: [Item(1, 1)], removed: []),
                183: .take("alpha", "first", count: 2),
                228: .rewind("alpha", "first", by: 3),
                300: .trim("alpha"),
            ]
        ),
        Rare(
            "purge: `forget_newer(provider)` → ``",
            lanes: 2,
            ["alpha", "beta", "gamma"],
            [
                9: .register("beta", concurrency: 3, publish: .changed, maxPending: 4, maxLength: 40, changes: true, misses: 2, location: 1, by: .newer),
                11: .register("beta", concurrency: 1, publish: .all, maxPending: 4, maxLength: 40, changes: true, misses: 2, location: 1),
                22: .claim(lane: 1, count: 2),
                23: .begin("beta:9-1@22", point: .told),
                34: .commit("beta:9-1@22", Listing(published: [Item(5, 2)], duplicates: 1, next: 0, total: 12, readAhead: true, publishesAll: true)),
                35: .claim(lane: 1, count: 1, by: .newer),
                39: .sweep("beta:34-1@35", ahead: 0, rejectEmpty: true, above: 20.0),
                42: .advance(seconds: 31),
                43: .advance(seconds: 69),
                73: .claim(lane: 1, count: 3),
                74: .begin("beta:39-1@73"),
                78: .commit("beta:39-1@73", Listing(next: 0, total: 0, readAhead: true, publishesAll: true).keeping(5, "first")),
                97: .claim(lane: 1, count: 2),
                98: .sweep("beta:78-1@97", ahead: 0, rejectEmpty: true, above: 100.0),
                99: .advance(seconds: 3),
                108: .advance(seconds: 7),
                113: .advance(seconds: 31),
                115: .advance(seconds: 29),
                142: .advance(seconds: 30),
                143: .claim(lane: 1, count: 2),
                144: .begin("beta:98-1@143"),
                145: .commit("beta:98-1@143", Listing(published: [Item(1, 2), Item(6, 0), Item(11, 2)], next: 3, readAhead: true, publishesAll: true)),
                156: .claim(lane: 1, count: 3, by: .newer),
                163: .commit("beta:145-2@156", Listing(published: [Item(4, 0)], next: 1, publishesAll: true).keeping(2, "second")),
                164: .advance(seconds: 100),
                168: .claim(lane: 1, count: 1),
                247: .purge("beta", publish: true, of: nil),
            ]
        ),
        Rare(
            "trim: `acknowledged and acknowledged[1] or '0-0'` → `lowest`",
            lanes: 2,
            ["alpha", "beta"],
            [
                4: .register("beta", concurrency: 1, publish: .changed, maxPending: 4, maxLength: 40, changes: true, location: 2, by: .newer),
                14: .claim(lane: 1, count: 1, by: .newer),
                15: .begin("beta:4-1@14", point: .failed),
                89: .consume("beta", "first"),
                91: .advance(seconds: 31),
                120: .register("beta", concurrency: 1, publish: .all, maxPending: 1000, maxLength: 40, changes: true, location: 1),
                123: .claim(lane: 1, count: 2),
                124: .begin("beta:120-1@123", point: .failed),
                125: .take("beta", "first", count: 2),
                133: .trim("beta"),
            ]
        ),
        Rare(
            "purge: `redis.call('UNLINK', missed_key(provider))` → ``",
            lanes: 1,
            ["alpha", "beta", "gamma"],
            [
                7: .register("alpha", concurrency: 2, publish: .changed, maxPending: 20, maxLength: 12, changes: true, by: .newer),
                14: .register("alpha", concurrency: 2, publish: .changed, maxPending: 1000, maxLength: 40, changes: true),
                15: .claim(lane: 0, count: 1, by: .newer),
                27: .begin("alpha:7-1@15", point: .failed),
                28: .commit("alpha:7-1@15", Listing(published: [Item(5, 0), Item(4, 2)], next: 1, total: 11, publishesAll: true).keeping(6, "")),
                34: .cancel("alpha", seconds: 0),
                39: .claim(lane: 0, count: 2),
                45: .register("alpha", concurrency: 2, publish: .changed, maxPending: 4, maxLength: 40, misses: 2),
                47: .expire("alpha:34-1@39"),
                49: .claim(lane: 0, count: 1, by: .newer),
                51: .begin("alpha:47-1@49"),
                52: .commit("alpha:47-1@49", Listing(published: [Item(11, 1)], next: 0, total: 11, namesRecords: false).keeping(0, "")),
                55: .claim(lane: 0, count: 2, by: .newer),
                60: .sweep("alpha:52-1@55", ahead: 0, rejectEmpty: true, above: 50.0),
                61: .advance(seconds: 47),
                64: .advance(seconds: 53),
                71: .claim(lane: 0, count: 1, by: .newer),
                73: .begin("alpha:60-1@71"),
                86: .purge("alpha", publish: false, of: nil),
            ]
        ),
        Rare(
            "resync: `state[4] ~= 'cancelled' and ` → ``",
            lanes: 1,
            ["alpha", "beta", "gamma"],
            [
                101: .register("gamma", concurrency: 2, publish: .changed, maxPending: 4, maxLength: 40, changes: true, misses: 2, by: .newer),
                142: .cancel("gamma", seconds: 50),
                165: .resync("gamma", behind: nil),
            ]
        ),
        Rare(
            "purge: `forget_held(provider)` → ``",
            lanes: 1,
            ["alpha", "beta", "gamma"],
            [
                3: .register("beta", concurrency: 3, publish: .changed, maxPending: 4, maxLength: 40, changes: true, misses: 2),
                5: .claim(lane: 0, count: 1),
                7: .begin("beta:3-1@5", point: .told),
                8: .commit("beta:3-1@5", Listing(published: [Item(2, 1), Item(8, 0), Item(7, 0)], next: 1, total: 12, readAhead: true, circle: 1).keeping(3, "second")),
                9: .commit("beta:3-1@5", Listing(rejected: [4], next: 0).keeping(3, "")),
                34: .claim(lane: 0, count: 3),
                38: .sweep("beta:9-1@34", ahead: 0, rejectEmpty: true, above: 100.0),
                40: .register("beta", concurrency: 1, publish: .all, maxPending: 1000, maxLength: 12, changes: true, location: 1),
                42: .register("beta", concurrency: 1, publish: .changed, maxPending: 1000, maxLength: 40, changes: true, misses: 2, location: 1, by: .newer),
                59: .resync("beta", behind: nil),
                63: .register("gamma", concurrency: 3, publish: .changed, maxPending: 4, maxLength: 40, changes: true, misses: 2, location: 1, by: .newer),
                67: .claim(lane: 0, count: 3, by: .newer),
                68: .begin("beta:59-1@67"),
                69: .commit("beta:59-1@67", Listing(published: [Item(0, 0), Item(4, 0), Item(10, 0), Item(2, 0)], next: 0, circle: 1).keeping(5, "second")),
                74: .claim(lane: 0, count: 2),
                76: .sweep("beta:69-1@74", ahead: 0, rejectEmpty: true, above: 50.0),
                77: .sweep("beta:69-1@74", ahead: 0, rejectEmpty: true, above: 50.0),
                78: .advance(seconds: 100),
                81: .claim(lane: 0, count: 1, by: .newer),
                84: .claim(lane: 0, count: 1, by: .newer),
                87: .begin("beta:77-1@84"),
                88: .commit("beta:77-1@84", Listing(published: [Item(3, 0)], rejected: [3, 5, -1], duplicates: 1, next: 0, overtaken: 1).keeping(0, "")),
                93: .claim(lane: 0, count: 2),
                97: .sweep("beta:88-1@93", ahead: 0, rejectEmpty: true, above: 0.0),
                124: .purge("beta", publish: true, of: nil),
            ]
        ),
        Rare(
            "purge: `if #refs == 0 then refs = pop(missed_key(provider), 500) end` → ``",
            lanes: 2,
            ["alpha", "beta", "gamma"],
            [
                85: .register("alpha", concurrency: 2, publish: .changed, maxPending: 4, maxLength: 1000, misses: 2, starts: false),
                86: .event("alpha", added: [Item(0, 1), Item(2, 1), Item(9, 1)], removed: []),
                127: .register("alpha", concurrency: 2, publish: .changed, maxPending: 20, maxLength: 12, changes: true, location: 1),
                135: .register("alpha", concurrency: 3, publish: .changed, maxPending: 4, maxLength: 40, changes: true, misses: 2, location: 1, by: .newer),
                136: .claim(lane: 1, count: 2, by: .newer),
                137: .begin("alpha:127-1@136", point: .told),
                140: .commit("alpha:127-1@136", Listing(published: [Item(1, 0), Item(10, 0)], next: 0).keeping(6, "first")),
                161: .claim(lane: 1, count: 3),
                167: .sweep("alpha:140-1@161", ahead: 0, rejectEmpty: true, above: 20.0),
                168: .sweep("alpha:140-1@161", ahead: 0, rejectEmpty: true, above: 20.0),
                183: .advance(seconds: 31),
                184: .advance(seconds: 69),
                187: .claim(lane: 1, count: 2),
                190: .begin("alpha:168-1@187", point: .told),
                205: .purge("alpha", publish: true, of: nil),
                300: .purge("alpha", publish: true, of: 205),
            ]
        ),
    ]
}
