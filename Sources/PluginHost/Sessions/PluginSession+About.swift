internal import Hooks
internal import PluginABI

/// Facts that only one hook has; they are gone when its run is over.
extension PluginSession {
    func tell(_ about: About) {
        if let text {
            let count = text.count
            if unsafe facts.args.pointee.size != UInt64(count) {
                change { unsafe $0.args.pointee.size = UInt64(count) }
            }
        }
        switch about {
        case .nothing: return
        case .command(let verb, let argument):
            change { facts in
                facts.set(.command, verb)
                facts.set(.argument, argument)
            }
        case .queueText(let text): change { $0.set(.queueText, text) }
        case .authentication(let mechanism, let user, let secret, let token):
            change { facts in
                facts.set(.authMechanism, mechanism)
                facts.set(.authUser, user)
                unsafe secret.withUnsafeBytes { unsafe facts.set(.authSecret, bytes: $0) }
                unsafe token.withUnsafeBytes { unsafe facts.set(.authToken, bytes: $0) }
            }
        case .delivery(let delivery): tell(delivery)
        }
        isAboutSomething = true
    }

    private func tell(_ delivery: DeliveryFacts) {
        change { facts in
            facts.set(.domain, delivery.domain)
            facts.set(.nextHop, delivery.nextHop)
            facts.set(.response, delivery.response)
            unsafe facts.args.pointee.queue_id = delivery.queueID
            unsafe facts.args.pointee.next_port = Int32(truncatingIfNeeded: delivery.nextPort)
            unsafe facts.args.pointee.attempts = Int32(truncatingIfNeeded: delivery.attempts)
            unsafe facts.args.pointee.delay_ms = delivery.delayMilliseconds
            unsafe facts.args.pointee.size = delivery.size
        }
    }

    /// Tells the hook `deny` which refusal it judges.
    func tell(_ refusal: Outcome, of hook: Hook) {
        change { facts in
            facts.set(.deniedHook, hook.name)
            facts.set(.deniedPlugin, refusal.plugin.map(table.pluginName))
            facts.set(.deniedText, refusal.reply?.text ?? "")
            unsafe facts.args.pointee.denied_verdict = refusal.code.rawValue
        }
        isAboutSomething = true
    }

    func forgetAbout() {
        guard isAboutSomething else { return }
        isAboutSomething = false
        change { facts in
            // While somebody is asked about it, it is only what the client claims.
            if facts.text(.authMechanism) != nil { facts.clear(.authUser) }
            for field in TextField.ofOneHook { facts.clear(field) }
            facts.wipe(.authSecret)
            facts.wipe(.authToken)
            unsafe facts.args.pointee.denied_verdict = 0
            unsafe facts.args.pointee.queue_id = 0
            unsafe facts.args.pointee.next_port = 0
            unsafe facts.args.pointee.attempts = 0
            unsafe facts.args.pointee.delay_ms = 0
        }
    }
}
