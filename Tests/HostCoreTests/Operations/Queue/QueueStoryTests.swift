import SMTP
import Testing

@testable import HostCore
@testable import Outbound
@testable import Queue

/// What `haraka queue why` tells.
struct QueueStoryTests {
    private let now = QueueTime(secondsSinceEpoch: 1_700_000_000)

    private func site(_ change: (inout QueueSite) -> Void = { _ in }) -> QueueSite {
        var site = QueueSite(directory: "/srv/haraka")
        change(&site)
        return site
    }

    private func recipient(
        _ state: RecipientState = .waiting,
        reply: String? = nil,
        host: String? = "mx.x.example",
        attempts: Int = 1,
        due: Int = 240
    ) -> QueuedRecipient {
        QueuedRecipient(
            id: 1,
            address: "b@x.example",
            destination: "x.example",
            state: state,
            attempts: reply == nil ? 0 : attempts,
            due: now + .seconds(due),
            tried: reply.map { _ in now + .seconds(-60) },
            host: reply == nil ? nil : host,
            reply: reply,
            original: nil,
            warned: nil
        )
    }

    private func story(_ recipients: QueuedRecipient..., site: QueueSite? = nil) -> QueueStory {
        let message = QueuedMessage(
            number: 7,
            name: "A.1",
            sender: "a@y.example",
            queued: now + .seconds(-120),
            size: 10,
            client: "192.0.2.7"
        )
        return QueueStory(
            entry: QueueEntry(message: message, recipients: recipients),
            site: site ?? self.site(),
            now: now
        )
    }

    @Test func `Cause, next attempt, end and a command are told of who waits`() {
        let lines = story(recipient(reply: "451 4.7.1 Greylisted (in reply to RCPT)")).lines
        #expect(lines[1].hasSuffix(", with mx.x.example: 451 4.7.1 Greylisted (in reply to RCPT)"))
        #expect(
            lines[2] == "  mx.x.example greylists: it takes mail from a stranger only when it is offered again later."
        )
        #expect(lines[3].contains(", in 4 minutes. If all fails it is given up "))
        #expect(lines[3].hasSuffix("after 12 more attempts."))
        #expect(lines.last == "Try it now: haraka queue retry A.1 -c /srv/haraka")
        #expect(lines.count == 5)
    }

    @Test func `The last attempt is told`() {
        let lines = story(recipient(reply: "451 no", attempts: 12)).lines
        #expect(lines[3].hasSuffix("That is the last attempt: if it fails too, it is given up."))
    }

    @Test(arguments: [
        (RecipientState.held, "It is held", "Release it: haraka queue release A.1 -c /srv/haraka"),
        (.deleted, "It is deleted, and goes for good ", "Have it back: haraka queue undelete A.1 -c /srv/haraka"),
        (.failed, "It is given up", "See what became of it: haraka log A.1 -c /srv/haraka"),
        (.delivered, "It was delivered.", "See what became of it: haraka log A.1 -c /srv/haraka"),
        (.leased, "It is being delivered right now.", "See what became of it: haraka log A.1 -c /srv/haraka"),
    ])
    func `Each state has its sentence and its command`(state: RecipientState, next: String, command: String) {
        let lines = story(recipient(state, reply: "451 4.3.0 no")).lines
        #expect(lines.contains { $0.hasPrefix("  \(next)") })
        #expect(lines.last == command)
    }

    @Test func `Disabled delivery and a server that doesn't run are told first`() {
        let disabled = story(recipient(), site: site { $0.settings.isDisabled = true }).lines
        #expect(disabled[2].hasPrefix("  Delivery is disabled"))
        #expect(
            disabled.last
                == "Switch it on: sed -i 's/^ *disabled *=.*/disabled=false/' /srv/haraka/config/outbound.ini"
        )
        let stopped = story(recipient(), site: site { $0.isRunning = false }).lines
        #expect(stopped[2].hasPrefix("  No server runs"))
        #expect(stopped.last == "Start the server: haraka -c /srv/haraka")
    }

    @Test(arguments: [
        ("the host wasn't reached: refused", "haraka queue flush x.example -c /srv/haraka"),
        ("the host was silent for too long (DATA)", "haraka queue flush x.example -c /srv/haraka"),
        ("mx.x.example has no address", "dig +dnssec MX x.example"),
        ("the MX of x.example: no answer in time", "dig +dnssec MX x.example"),
        (
            "TLS with the host failed: Bad certificate: no matching DANE TLSA records.",
            "dig +dnssec TLSA _25._tcp.mx.x.example"
        ),
        ("its TLSA records can't be had: SERVFAIL", "dig +dnssec TLSA _25._tcp.mx.x.example"),
        (
            "TLS with the host failed: no",
            "printf '\\n[x.example]\\ntls=off\\n' >> /srv/haraka/config/outbound.routes.ini"
        ),
        ("535 5.7.8 no (in reply to AUTH)", "haraka queue flush x.example -c /srv/haraka"),
        (
            "552 5.2.2 Mailbox full (in reply to RCPT)",
            "haraka queue bounce A.1 --recipient b@x.example --reason 'the mailbox is full' -c /srv/haraka"
        ),
        ("the message can't be read here", "haraka queue cat A.1 -c /srv/haraka >/dev/null"),
        ("451 4.7.1 Greylisted (in reply to RCPT)", "haraka queue retry A.1 -c /srv/haraka"),
        ("421 4.7.28 too fast (in reply to MAIL)", "haraka queue retry A.1 -c /srv/haraka"),
    ])
    func `Each cause has a command that fits`(reply: String, command: String) {
        let recipient = recipient(reply: reply)
        #expect(story(recipient).chapter(recipient).advice.first?.command == command)
    }

    @Test(arguments: [
        ("x.example", "x\\.example"), (".example", "\\.example"), ("any", "any"),
    ])
    func `A route that asks for TLS is named where TLS fails`(section: String, pattern: String) {
        let recipient = recipient(reply: "the host offers no TLS, which is required")
        let chapter = story(recipient, site: site { $0.routes = ["other.test", section] }).chapter(recipient)
        #expect(
            chapter.advice.first?.command
                == "sed -i '/^\\[\(pattern)\\]/,/^\\[/s/^ *tls *=.*/tls=opportunistic/' "
                + "/srv/haraka/config/outbound.routes.ini"
        )
    }

    private static func route(_ change: (inout Route) -> Void) -> Route {
        var route = Route()
        change(&route)
        return route
    }

    @Test(
        arguments: [
            (route { $0.place = .host("mx.x.example", port: 2525) }, "-starttls smtp -connect mx.x.example:2525"),
            (route { $0.place = .mailHosts(port: 26) }, "-starttls smtp -connect mx.x.example:26"),
            (
                route {
                    $0.place = .host("mx.x.example", port: 465)
                    $0.beginsWithTLS = true
                }, "-connect mx.x.example:465"
            ),
            (
                route {
                    $0.place = .host("mx.x.example", port: 24)
                    $0.isLMTP = true
                }, "-starttls lmtp -connect mx.x.example:24"
            ),
        ]
    )
    func `Commands name the port that the mail goes to`(route: Route, arguments: String) {
        let recipient = recipient(reply: "TLS with the host failed: Bad certificate: hostname mismatch.")
        let certificate = "openssl s_client \(arguments) -verify_hostname mx.x.example -showcerts </dev/null"
        let routed = story(recipient, site: site { $0.settings.routes = RouteTable(["x.example": route]) })
        #expect(routed.chapter(recipient).advice.first?.command == certificate)
        // A plugin's word goes before the table's.
        let posts = Signposts()
        posts.set(Signposts.Post(plugin: "guide", waypoints: [Waypoint(route)]), for: 7, to: "x.example")
        let named = story(recipient, site: site { $0.signposts = posts })
        #expect(named.chapter(recipient).advice.first?.command == certificate)
    }

    @Test func `The port stands in what DANE is asked for too, and a unix socket in its place`() {
        let dane = recipient(reply: "its TLSA records can't be had: SERVFAIL")
        let other = site { $0.settings.routes = RouteTable(["*": Self.route { $0.place = .mailHosts(port: 26) }]) }
        #expect(
            story(dane, site: other).chapter(dane).advice.first?.command == "dig +dnssec TLSA _26._tcp.mx.x.example"
        )
        let facts = QueueCase(
            site: site { $0.settings.routes = RouteTable(["*": Self.route { $0.place = .unix("/run/l m") }]) },
            message: story().entry.message,
            recipient: recipient(reply: "530 5.7.0 no")
        )
        #expect(
            facts.certificate.command == "openssl s_client -starttls smtp -unix '/run/l m' -showcerts </dev/null"
        )
    }

    @Test func `The plugin that has named the host is told, and blamed in the place of the routes`() {
        let recipient = recipient(reply: "the host offers no TLS, which is required")
        let posts = Signposts()
        let waypoints = [
            Waypoint(Self.route { $0.place = .host("mx.x.example", port: 2525) }),
            Waypoint(Self.route { $0.place = .mailHosts(port: 25) }, domain: "y.example"),
        ]
        posts.set(Signposts.Post(plugin: "guide", waypoints: waypoints), for: 7, to: "x.example")
        let story = story(recipient, site: site { $0.signposts = posts })
        #expect(story.lines.contains("  mx.x.example offers no TLS, and the plugin guide asks for it."))
        #expect(
            story.lines.contains(
                "  The plugin guide (hook get_mx) has named where it goes, not config/outbound.routes.ini or DNS: "
                    + "mx.x.example:2525, the mail hosts of y.example."
            )
        )
        #expect(!story.lines.contains { $0.contains("tls=off") })
        #expect(QueueObjects.why(story).line.contains(#""named_by":"guide""#))
        posts.set(nil, for: 7, to: "x.example")
        #expect(!story.lines.contains { $0.contains("get_mx") })
        posts.set(Signposts.Post(plugin: "guide", waypoints: []), for: 7, to: "x.example")
        #expect(story.lines.contains { $0.hasSuffix("leaves it to this server's own plugins of hook queue.") })
    }

    @Test func `Signposts are forgotten when there are many`() {
        let posts = Signposts(limit: 10)
        let post = Signposts.Post(plugin: "guide", waypoints: [])
        for message in 1...100 { posts.set(post, for: Int64(message), to: "x.example") }
        #expect(posts.post(for: 100, to: "x.example") == post)
        #expect(posts.post(for: 100, to: "y.example") == nil)
        #expect((1...100).count { posts.post(for: Int64($0), to: "x.example") != nil } <= 11)
    }

    @Test func `A password goes under TLS only, and no advice says otherwise`() {
        let route = Self.route { $0.credentials = ClientCredentials(user: "me", secret: .password("secret")) }
        let site = site {
            $0.settings.routes = RouteTable(["x.example": route])
            $0.routes = ["x.example"]
        }
        for reply in [
            "the host can't be authenticated to without TLS", "the host offers no TLS, which is required",
            "TLS with the host failed: no",
        ] {
            let lines = story(recipient(reply: reply), site: site).lines
            #expect(!lines.contains { $0.contains("tls=off") || $0.contains("tls=opportunistic") }, "\(lines)")
        }
        let recipient = recipient(reply: "the host can't be authenticated to without TLS")
        let lines = story(recipient, site: site).lines
        #expect(lines.contains { $0.contains("a password goes under TLS only, whatever tls= says") })
        #expect(
            story(recipient, site: site).chapter(recipient).advice.first?.line
                == "When it offers TLS, or user and password in config/outbound.routes.ini are gone: "
                + "haraka queue flush x.example -c /srv/haraka"
        )
    }

    @Test func `A domain that is left alone is told with its time and what ends that`() {
        let state = DestinationState(
            name: "x.example",
            connections: 0,
            concurrency: 1,
            limit: 10,
            pause: .zero,
            notBefore: now + .seconds(30),
            reason: "the host wasn't reached: refused",
            crowdedHost: nil
        )
        let due = recipient(reply: "the host wasn't reached: refused", due: -1)
        let waiting = story(due, site: site { $0.states = ["x.example": state] }).lines
        #expect(
            waiting.contains { $0.hasPrefix("  It is due now. x.example is left alone until ") }
        )
        #expect(waiting.last == "Try it all the same: haraka queue flush x.example -c /srv/haraka")
        #expect(!waiting.contains { $0.contains("queue retry") })
        let free = story(due, site: site { $0.states = [:] }).lines
        #expect(free.contains { $0.hasPrefix("  It is due now. It is tried when a connection is free.") })
        // Where the message itself waits for longer, its domain doesn't matter.
        let later = story(recipient(reply: "451 no"), site: site { $0.states = ["x.example": state] }).lines
        #expect(!later.contains { $0.contains("left alone") })
    }

    @Test func `Who is given up needs no command for mail that waits`() {
        let recipient = recipient(.failed, reply: "552 5.2.2 Mailbox full (in reply to RCPT)")
        #expect(story(recipient).chapter(recipient).advice.map(\.command) == ["haraka log A.1 -c /srv/haraka"])
    }

    @Test func `No cause is without a sentence`() {
        let facts = QueueCase(site: site(), message: story().entry.message, recipient: recipient(reply: "x"))
        for cause in QueueCause.allCases {
            #expect(cause.sentence(facts).hasSuffix("."), "\(cause)")
            for advice in cause.advice(facts) { #expect(!advice.purpose.isEmpty && !advice.command.isEmpty) }
        }
    }

    @Test func `Names of strangers are words of a shell, and nothing else`() {
        let evil = QueuedRecipient(
            id: 1,
            address: "b'; rm -rf /; '@x",
            destination: "x'; reboot; '",
            state: .waiting,
            attempts: 1,
            due: now,
            tried: now,
            host: "mx$(id)",
            reply: "mx",
            original: nil,
            warned: nil
        )
        let facts = QueueCase(site: site(), message: story().entry.message, recipient: evil)
        for cause in QueueCause.allCases {
            for advice in cause.advice(facts) {
                #expect(!advice.command.contains(" x'; reboot"), "\(advice.command)")
                #expect(!advice.command.contains("rm -rf") || advice.command.contains("'b'\\''; rm -rf /; '\\''@x'"))
                #expect(
                    !advice.command.contains("$(id)") || advice.command.contains("mx$(id)'")
                        || advice.command.contains("mx$(id):25'")
                )
            }
        }
    }

    @Test func `For programs there is an object`() {
        let text = QueueObjects.why(story(recipient(reply: "451 4.7.1 Greylisted (in reply to RCPT)"))).line
        #expect(text.contains("\"cause\":\"greylisted\""))
        #expect(text.contains("\"step\":\"RCPT\""))
        #expect(text.contains("\"commands\":[\"haraka queue retry A.1 -c /srv/haraka\"]"))
    }
}
