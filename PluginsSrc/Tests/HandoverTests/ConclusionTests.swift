import Handover
import PluginKit
import Testing

@Suite struct ConclusionTests {
    private static let taken = Outcome(
        .delivered,
        index: 0,
        address: "a@b",
        code: 250,
        enhanced: "2.0.0",
        text: "q1",
        host: "h"
    )
    private static let full = Outcome(.deferred, index: 1, address: "c@d", code: 452, enhanced: "4.2.2", text: "full")
    private static let nobody = Outcome(
        .failed,
        index: 2,
        address: "e@f",
        code: 550,
        enhanced: "5.1.1",
        text: "no such user"
    )
    private static let unreached = Outcome(.deferred, index: 3, address: "g@h", text: "connect: refused 10.0.0.1")
    private static let later = Verdict.denySoft(
        "The next server cannot take mail now, try later",
        code: 451,
        enhanced: "4.4.0"
    )

    private static let rows: [([Outcome], Conclusion)] = [
        ([], .refused(later)), ([taken], .taken("q1")), ([taken, taken], .taken("q1")),
        ([nobody], .refused(.deny("no such user", code: 550, enhanced: "5.1.1"))),
        ([full], .refused(.denySoft("full", code: 452, enhanced: "4.2.2"))),
        ([full, nobody], .refused(.denySoft("c@d: full", code: 452, enhanced: "4.2.2"))),
        ([nobody, full], .refused(.denySoft("c@d: full", code: 452, enhanced: "4.2.2"))),
        ([unreached], .refused(later)), ([taken, full], .queueOthers(than: [0], "q1")),
        ([taken, nobody, unreached], .queueOthers(than: [0], "q1")),
        ([taken, nobody], .queueOthers(than: [0], "q1")), ([unreached, taken], .queueOthers(than: [0], "q1")),
    ]

    @Test("One answer speaks for all recipients, and none of them is lost", arguments: rows)
    func concludes(_ outcomes: [Outcome], _ expected: Conclusion) {
        #expect(Conclusion(outcomes) == expected)
    }

    @Test(
        "Codes fit the verdict and words are printable",
        arguments: [
            (Outcome(.failed, index: 0, text: "too large"), Verdict.deny("too large", code: 550)),
            (Outcome(.failed, index: 0, code: 421, text: "x"), .deny("x", code: 550)),
            (
                Outcome(.deferred, index: 0, code: 421, enhanced: "4.3.2", text: "x"),
                .denySoft("x", code: 451, enhanced: "4.3.2")
            ),
            (Outcome(.failed, index: 0, code: 554, enhanced: "4.0.0", text: "a\u{e4}\u{1}"), .deny("a??", code: 554)),
        ]
    ) func codes(_ outcome: Outcome, _ verdict: Verdict) {
        #expect(Conclusion([outcome]) == .refused(verdict))
    }
}
