import Hooks
import Testing

@Suite struct ChainTests {
    /// Runs a chain to its end; the scripts say what each place answers, nil being a failure.
    private func run(
        _ hook: Hook,
        _ script: [VerdictCode?],
        judges: [VerdictCode?] = [],
        policies: [FailurePolicy] = [],
        observers: Set<Int> = [],
        skipping: Set<Int> = []
    ) -> (outcome: Outcome, asked: [Int], judged: [Int], lifted: Int) {
        let line = script.indices.map { index in
            Place(
                plugin: index,
                observes: observers.contains(index),
                onFailure: policies.isEmpty ? .tempfail : policies[index]
            )
        }
        let bench = judges.indices.map { Place(plugin: 100 + $0) }
        var chain = Chain(hook, line: line, judges: bench, skipping: skipping)
        var asked: [Int] = []
        var judged: [Int] = []
        var action = chain.start()
        while true {
            switch action {
            case .call(.line(let place)):
                asked.append(place)
                action = script[place].map { chain.answered(Verdict($0)) } ?? chain.failed(.nonsense("returned 0"))
            case .call(.deny(let place)):
                judged.append(place)
                action = judges[place].map { chain.answered(Verdict($0)) } ?? chain.failed(.timeout)
            case .cancel: action = chain.cancelled()
            case .settled(let outcome): return (outcome, asked, judged, chain.lifted.count)
            }
        }
    }

    @Test("the first verdict other than CONT ends the chain", arguments: VerdictCode.allCases)
    func first(code: VerdictCode) {
        let result = run(.rcpt, [.cont, code, .ok])
        #expect(result.outcome.code == (code == .cont ? .ok : code))
        #expect(result.asked == (code == .cont ? [0, 1, 2] : [0, 1]))
    }

    @Test func nobodyHasAnOpinion() {
        #expect(run(.mail, [.cont, .cont]).outcome == .nobody)
        #expect(run(.mail, []).outcome == .nobody)
    }

    @Test("every plugin of connect_init and disconnect runs", arguments: [Hook.connectInit, .disconnect])
    func every(hook: Hook) {
        let result = run(hook, [.deny, nil, .ok, .disconnect])
        #expect(result.asked == [0, 1, 2, 3])
        #expect(result.outcome == .nobody)
    }

    @Test("an observer's verdict and failure are ignored", arguments: [VerdictCode.deny, .ok, nil])
    func observer(answer: VerdictCode?) {
        let result = run(.mail, [answer, .denySoft], observers: [0])
        #expect(result.outcome.code == .denySoft)
        #expect(result.outcome.plugin == 1)
    }

    @Test(
        "a failure counts as the operator says",
        arguments: [(FailurePolicy.tempfail, VerdictCode.denySoft), (.deny, .deny), (.continue, .ok)]
    )
    func failure(policy: FailurePolicy, expected: VerdictCode) {
        let result = run(.dataPost, [nil, .ok], policies: [policy, policy])
        #expect(result.outcome.code == expected)
        #expect((result.outcome.failure != nil) == (policy != .continue))
    }

    @Test func skippedPluginsAreNotAsked() {
        let result = run(.rcpt, [.deny, .ok], skipping: [0])
        #expect(result.asked == [1])
        #expect(result.outcome.code == .ok)
    }

    @Test(
        "deny lifts each kind of refusal, and the plugins behind go on",
        arguments: [VerdictCode.deny, .denySoft, .denyDisconnect, .denySoftDisconnect]
    )
    func lifted(code: VerdictCode) {
        let goesOn = run(.rcpt, [code, .ok], judges: [.cont, .ok])
        #expect(goesOn.outcome.code == .ok)
        #expect(goesOn.judged == [0, 1])
        #expect(goesOn.lifted == 1)
        let last = run(.rcpt, [code], judges: [.ok])
        #expect(last.outcome == .nobody)
    }

    @Test("nobody judges what tells a password or token", arguments: [Hook.authVerify, .authToken])
    func secret(hook: Hook) {
        let refused = run(hook, [.deny, .ok], judges: [.ok])
        #expect(refused.outcome.code == .deny && refused.judged.isEmpty)
        let failed = run(hook, [nil, .ok], judges: [.ok])
        #expect(failed.outcome.code == .denySoft && failed.judged.isEmpty)
        #expect(run(.authLookup, [.deny], judges: [.ok]).judged == [0])
    }

    @Test(
        "any other answer of deny lets the refusal stand",
        arguments: [VerdictCode.cont, .deny, .denySoft, .stop, nil]
    )
    func stands(answer: VerdictCode?) {
        let result = run(.mail, [.deny, .ok], judges: [answer])
        #expect(result.outcome.code == .deny)
        #expect(result.outcome.plugin == 0)
        #expect(result.asked == [0])
    }

    @Test func aFailureIsARefusalThatDenyMayLift() {
        #expect(run(.mail, [nil], judges: [.ok]).outcome == .nobody)
    }

    @Test(
        "deny isn't asked where nothing is refused",
        arguments: [Hook.connectInit, .rset, .quit, .capabilities, .initMaster]
    )
    func notAsked(hook: Hook) {
        #expect(run(hook, [.deny], judges: [.ok]).judged.isEmpty)
    }

    @Test func aDeadlineCancelsAndCountsAsAFailure() {
        var chain = Chain(.mail, line: [Place(plugin: 3), Place(plugin: 4)])
        #expect(chain.start() == .call(.line(0)))
        #expect(chain.deadlinePassed() == .cancel(.line(0), .timeout))
        #expect(chain.cancelled() == .settled(Outcome(.denySoft, plugin: 3, failure: .timeout)))
    }

    @Test func aDeadlineOfDenyLetsTheRefusalStand() {
        var chain = Chain(.mail, line: [Place(plugin: 3)], judges: [Place(plugin: 9)])
        _ = chain.start()
        #expect(chain.answered(Verdict(.deny, .init(text: "no"))) == .call(.deny(0)))
        #expect(chain.refusalUnderJudgement?.reply?.text == "no")
        #expect(chain.deadlinePassed() == .cancel(.deny(0), .timeout))
        #expect(chain.cancelled() == .settled(Outcome(.deny, .init(text: "no"), plugin: 3)))
    }

    @Test func aPeerThatLeavesAbandonsTheChain() {
        var chain = Chain(.dataPost, line: [Place(plugin: 0), Place(plugin: 1)])
        _ = chain.start()
        #expect(chain.peerClosed() == .cancel(.line(0), .disconnect))
        #expect(chain.cancelled() == .settled(.abandoned))
    }

    @Test func aRequiredHookTakesTheCallBack() {
        var chain = Chain(.dataPost, line: [Place(plugin: 0)], judges: [Place(plugin: 1)])
        _ = chain.start()
        _ = chain.answered(Verdict(.deny))
        #expect(chain.superseded() == .cancel(.deny(0), .superseded))
        #expect(chain.cancelled() == .settled(.abandoned))
    }

    @Test func anAnswerWithoutACallTraps() async {
        await #expect(processExitsWith: .failure) {
            var chain = Chain(.mail, line: [])
            _ = chain.start()
            _ = chain.answered(Verdict(.ok))
        }
    }
}
