internal import Hooks

/// What the host itself writes about a session's calls.
extension PluginSession {
    func noteTimeout(_ post: HookTable.Post) {
        let registration = post.registration
        let instance = registration.instance
        noteBreaker(registration.breaker.failed(), registration)
        let seconds = Double(post.limit) / 1e9
        instance.log(
            LogLevel.critical,
            "\(instance.name) timed out on hook \(registration.hook.name) after \(seconds) s; "
                + "its policy answers for it",
            scope: shared.presentScope
        )
    }

    func noteNonsense(_ reason: String, _ registration: Registration) {
        guard registration.isFirstNonsense() else { return }
        let instance = registration.instance
        instance.log(
            LogLevel.error,
            "hook \(registration.hook.name) of \(instance.name) \(reason)",
            scope: shared.presentScope
        )
    }

    func noteBreaker(_ change: Breaker.Change, _ registration: Registration) {
        guard change != .none else { return }
        let instance = registration.instance
        let hook = "hook \(registration.hook.name) of \(instance.name)"
        switch change {
        case .none: break
        case .opened:
            instance.log(
                LogLevel.critical,
                "\(hook) has failed too often in a row; the plugin's policy answers for it until a trial call succeeds"
            )
        case .closed: instance.log(LogLevel.notice, "\(hook) answers again")
        }
    }

    func noteLifted(_ chain: borrowing Chain) {
        for refusal in chain.lifted {
            let name = refusal.plugin.map(table.pluginName) ?? "?"
            let line =
                "the refusal \(refusal.code.name) of hook \(chain.hook.name) by \(name) was lifted by the hook deny"
            backstage.ports.log(LogLevel.info, name, shared.presentScope, line)
        }
    }
}
