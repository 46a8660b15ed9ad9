internal import Hooks
internal import Mail
internal import Outbound
internal import PluginHost
internal import Queue
internal import SMTP
internal import System

/// The outbound hooks: what plugins have to say to queued mail.
struct OutboundHooks: DeliveryAdvisor {
    let host: PluginHost
    let log: LogSink
    /// Told where plugins send mail; nil: nobody asks.
    var signposts: Signposts?

    var namesHosts: Bool { !host.table.isEmpty(.getMX) }

    private func run(_ table: HookTable, _ lease: Lease) -> HookRun {
        HookRun(table, id: lease.name, lease.envelope, notes: NotesText.decode(lease.notes))
    }

    private func entry(_ lease: Lease) -> DeliveryFacts {
        DeliveryFacts(
            queueID: UInt64(lease.message),
            domain: lease.destination,
            attempts: lease.entries.map(\.attempts).max() ?? 0,
            size: UInt64(lease.text.count)
        )
    }

    // MARK: send_email

    func wait(before lease: Lease) async -> DeliveryWait? {
        let table = host.table
        guard !table.isEmpty(.sendEmail) else { return nil }
        let run = run(table, lease)
        let outcome = await run.ask(.sendEmail, .delivery(entry(lease)))
        guard outcome.code == .delay else { return nil }
        let seconds = Self.seconds(outcome) ?? Self.usualWait
        return DeliveryWait(.seconds(seconds), "\(run.plugin(outcome)) puts it off (hook send_email)")
    }

    /// Where a plugin gives no number.
    private static let usualWait = 60
    private static let longestWait = 30 * 86_400

    private static func seconds(_ outcome: Outcome) -> Int? {
        outcome.reply.flatMap { Int($0.text) }.map { min(max($0, 1), longestWait) }
    }

    // MARK: get_mx

    func plan(for lease: Lease) async throws(Unreachable) -> DeliveryPlan {
        let table = host.table
        // What a plugin has said before doesn't hold any more.
        signposts?.set(nil, for: lease.message, to: lease.destination)
        guard !table.isEmpty(.getMX) else { return .usual }
        let run = run(table, lease)
        let outcome = await run.ask(.getMX, .delivery(entry(lease)))
        let plugin = run.plugin(outcome)
        if outcome.failure != nil {
            // Mail that it would have sent elsewhere must not go where DNS says.
            throw Unreachable("\(plugin) fails (hook get_mx)", status: EnhancedCode(4, 3, 0))
        }
        let said = outcome.reply?.text
        switch outcome.code {
        case .ok:
            let hops = run.session.takeNextHops()
            guard !hops.isEmpty else {
                throw Unreachable("\(plugin) names no host (hook get_mx)", status: EnhancedCode(4, 3, 0))
            }
            if hops.count == 1, hops[0].isOwnQueue {
                signposts?.set(Signposts.Post(plugin: plugin, waypoints: []), for: lease.message, to: lease.destination)
                return .own
            }
            let waypoints = try hops.map { hop throws(Unreachable) in
                guard let waypoint = Waypoint(hop) else {
                    throw Unreachable("\(plugin) names a host that is none: \(hop.host)", status: EnhancedCode(4, 3, 0))
                }
                return waypoint
            }
            let post = Signposts.Post(plugin: plugin, waypoints: waypoints)
            signposts?.set(post, for: lease.message, to: lease.destination)
            return .named(waypoints)
        case .deny, .denyDisconnect:
            let reason = said ?? "no host takes mail for \(lease.destination)"
            throw Unreachable("\(plugin): \(reason)", isPermanent: true, status: status(outcome, EnhancedCode(5, 1, 2)))
        case .denySoft, .denySoftDisconnect:
            let reason = said ?? "no host takes mail for \(lease.destination) now"
            throw Unreachable("\(plugin): \(reason)", status: status(outcome, EnhancedCode(4, 4, 4)))
        case .cont, .stop, .disconnect, .nextHook, .delay: return .usual
        }
    }

    /// What the plugin gave with its words, where that says the same as its verdict.
    private func status(_ outcome: Outcome, _ usual: EnhancedCode) -> EnhancedCode {
        guard let given = outcome.reply?.enhanced.flatMap({ EnhancedCode($0) }), given.status == usual.status else {
            return usual
        }
        return given
    }

    // MARK: delivered, deferred, bounce

    /// What has become of recipients, after the plugins had their say.
    func concluded(_ lease: Lease, _ deliveries: [Delivery], at now: QueueTime) async -> [Delivery] {
        let table = host.table
        guard !table.isEmpty(.deferred) || !table.isEmpty(.bounce) else { return deliveries }
        guard deliveries.contains(where: { $0.fate != .delivered }) else { return deliveries }
        let run = run(table, lease)
        var deliveries = deliveries
        for place in deliveries.indices where deliveries[place].fate != .delivered {
            run.session.point(at: place)
            deliveries[place] = await conclude(run, lease, deliveries[place], now)
        }
        return deliveries
    }

    /// Tells of recipients who have it; that is written down by then, since a plugin may take its time.
    func settled(_ lease: Lease, _ deliveries: [Delivery], at now: QueueTime) async {
        let table = host.table
        guard !table.isEmpty(.delivered), deliveries.contains(where: { $0.fate == .delivered }) else { return }
        let run = run(table, lease)
        for place in deliveries.indices where deliveries[place].fate == .delivered {
            var about = entry(lease, deliveries[place])
            about.delayMilliseconds = UInt64(max(0, (now - lease.arrived) / .milliseconds(1)))
            run.session.point(at: place)
            _ = await run.ask(.delivered, .delivery(about))
        }
    }

    private func entry(_ lease: Lease, _ delivery: Delivery) -> DeliveryFacts {
        var about = entry(lease)
        about.nextHop = delivery.host ?? ""
        about.response = delivery.reply?.text ?? delivery.reason
        about.attempts = delivery.attempts
        return about
    }

    private func conclude(
        _ run: HookRun,
        _ lease: Lease,
        _ delivery: Delivery,
        _ now: QueueTime
    ) async -> Delivery {
        var delivery = delivery
        var about = entry(lease, delivery)
        if case .deferred(let until) = delivery.fate {
            about.delayMilliseconds = UInt64(max(0, (until - now) / .milliseconds(1)))
            let outcome = await run.ask(.deferred, .delivery(about))
            apply(outcome, run, &delivery, now)
        }
        if case .failed = delivery.fate {
            about.delayMilliseconds = 0
            let outcome = await run.ask(.bounce, .delivery(about))
            if outcome.code != .cont {
                delivery.isSilent = true
                log.notice("no report", id: lease.name, facts(delivery, run.plugin(outcome)))
            }
        }
        return delivery
    }

    private func apply(_ outcome: Outcome, _ run: HookRun, _ delivery: inout Delivery, _ now: QueueTime) {
        switch outcome.code {
        case .denySoft, .denySoftDisconnect:
            guard let seconds = Self.seconds(outcome) else { return }
            delivery.fate = .deferred(until: now + .seconds(seconds))
        case .deny, .denyDisconnect:
            delivery.fate = .failed
            let said = outcome.reply?.text ?? "it is not tried again"
            delivery.reason += " (\(run.plugin(outcome)): \(said))"
        // Haraka drops such a mail without a word; here nothing goes that nobody was told of.
        case .cont, .stop, .ok, .disconnect, .nextHook, .delay: return
        }
    }

    private func facts(_ delivery: Delivery, _ plugin: String) -> [(String, LogValue)] {
        [
            ("to", .text(delivery.recipient.address.text)), ("plugin", .text(plugin)),
            ("reason", .text(delivery.reason)),
        ]
    }
}
