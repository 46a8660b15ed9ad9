import Testing

@testable import HostCore
@testable import Outbound
@testable import Queue

struct QueueRequestTests {
    @Test func `A request goes over the socket as it is`() throws {
        var request = QueueRequest(.redirect, QueueQuery(), isJSON: true)
        request.query.message = "A.1"
        request.query.words = "100% full\n=&"
        request.query.state = .held
        request.to = "ü@x.example"
        request.reason = "no more"
        request.limit = 7
        #expect(QueueRequest(line: request.line) == request)
        for verb in QueueRequest.Verb.allCases {
            let plain = QueueRequest(verb, QueueQuery(), isJSON: false)
            #expect(QueueRequest(line: plain.line) == plain)
        }
        for line in ["queue", "queue frob", "queue list x", "queue list limit=many", "status"] {
            #expect(QueueRequest(line: line) == nil, "\(line)")
        }
    }

    @Test(arguments: [
        ("b@x.example", nil, true), ("<b@x.example>", nil, true), ("b", nil, false), ("", nil, false),
        ("<>", nil, false), (nil, "x.example", true), (nil, "[192.0.2.1]", true), (nil, "[ipv6:2001:db8::1]", true),
        (nil, "[x]", false), (nil, "a..b", false), ("b@x.example", "x.example", false), (nil, nil, false),
    ])
    func `Where mail is redirected to is looked at`(to: String?, via: String?, isGood: Bool) {
        var request = QueueRequest(.redirect, QueueQuery(), isJSON: false)
        (request.to, request.via) = (to, via)
        #expect((request.fault == nil) == isGood)
    }

    @Test func `Without a reason nothing comes back`() {
        var request = QueueRequest(.bounce, QueueQuery(), isJSON: false)
        #expect(request.fault != nil)
        request.reason = "no"
        #expect(request.fault == nil)
    }

    @Test func `The outcome is told in sentences`() {
        let request = QueueRequest(.delete, QueueQuery(), isJSON: false)
        #expect(
            request.told(QueueChange(changed: 1, leased: 2), keep: .seconds(7 * 86_400)) == """
                1 recipient is deleted, and can be had back for 7 days: haraka queue undelete.
                2 recipients are being delivered right now, and left alone.
                """
        )
        #expect(request.told(QueueChange(), keep: .zero) == "Nothing in the queue is like that.")
    }

    private static let now = QueueTime(secondsSinceEpoch: 1_700_000_000)

    private static func state(_ reason: String?, pause: Duration = .zero, after seconds: Int? = 15) -> DestinationState
    {
        DestinationState(
            name: "x.example",
            connections: 0,
            concurrency: 1,
            limit: 10,
            pause: pause,
            notBefore: seconds.map { now + .seconds($0) },
            reason: reason,
            crowdedHost: nil
        )
    }

    @Test(arguments: [
        (state("no route"), "x.example is left alone until ", ": no route", true),
        (state("421 busy", pause: .seconds(2)), "x.example is left alone until ", ": 421 busy", true),
        (state(nil), "x.example has had as much mail as its rate allows, and gets none before ", ".", false),
    ])
    func `Why what is due isn't tried is told with what ends that`(
        state: DestinationState,
        start: String,
        end: String,
        hasAdvice: Bool
    ) throws {
        let note = try #require(DestinationNote(state, now: Self.now))
        let circumstances = QueueRequest.Circumstances(notes: [note], place: "/srv/haraka", now: Self.now)
        var request = QueueRequest(.retry, QueueQuery(), isJSON: false)
        let lines = request.told(QueueChange(changed: 1), keep: .zero, circumstances).split(separator: "\n")
        #expect(lines.first == "1 recipient is due now.")
        #expect(lines[1].hasPrefix(start) && lines[1].contains(", in 15 seconds") && lines[1].hasSuffix(end))
        let command = "haraka queue flush x.example -c /srv/haraka"
        #expect(lines.dropFirst(2) == (hasAdvice ? ["  Try it all the same: \(command)"] : []))
        #expect(request.told(QueueChange(leased: 1), keep: .zero, circumstances).split(separator: "\n").count == 1)
        request.isJSON = true
        let object = request.told(QueueChange(changed: 1), keep: .zero, circumstances)
        #expect(object.contains(#""waiting":[{"domain":"x.example","not_before":"2023-11-14T22:13:35"#))
        #expect(object.contains(command) == hasAdvice)
    }

    @Test func `What isn't waited for isn't told of`() {
        #expect(DestinationNote(Self.state("no route", after: nil), now: Self.now) == nil)
        #expect(DestinationNote(Self.state("no route", after: -1), now: Self.now) == nil)
    }

    @Test func `A message without such a recipient isn't said not to be there`() {
        var request = QueueRequest(.hold, QueueQuery(), isJSON: false)
        (request.query.message, request.query.domain) = ("A.1", "other.example")
        let there = QueueRequest.Circumstances(hasMessage: true)
        #expect(
            request.told(QueueChange(), keep: .zero, there)
                == "The message 'A.1' waits for nobody in the domain other.example."
        )
        #expect(request.told(QueueChange(), keep: .zero) == "There is no message 'A.1' in the queue.")
        request.query.sender = "a@x.example"
        #expect(request.told(QueueChange(), keep: .zero, there).hasSuffix("'A.1' still waits for is like that."))
    }
}
