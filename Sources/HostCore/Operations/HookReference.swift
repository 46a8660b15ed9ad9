internal import Hooks
internal import PluginHost

/// The page about hooks, made from the catalogue that the server runs by: what `docs/hooks.md` must be.
public enum HookReference {
    public static var text: String {
        ([introduction, verdicts] + Hook.all.map(section)).joined(separator: "\n\n") + "\n"
    }

    private static let introduction = """
        # Hooks

        Made from the server's own table by `haraka hook-reference`; it is not edited by hand.

        A chain asks the plugins of one hook in turn, smaller priorities first. The first verdict other than CONT ends it,
        unless its section says that every plugin runs. Parameters are fields of `hk_args`, written as in a signature
        string: `i` int32, `U` uint64, `b` uint8, `s` text, `B` bytes, `p` pointer. A plugin names those that it wants, in
        its own order, or takes all of them with `i(args:p)`. A refusal's words are the server's where the plugin gave
        none. `deny` may lift the refusals of a *refusable* hook, and only there does a plugin's failure refuse something.
        """

    private static var verdicts: String {
        let rows = VerdictCode.allCases.map { "| \($0.name) | \($0.rawValue) |" }
        return (["| verdict | number |", "| --- | --- |"] + rows + ["| PENDING: `complete` brings it later | 1000 |"])
            .joined(separator: "\n")
    }

    private static func section(_ hook: Hook) -> String {
        var parts = ["## \(hook.name)", sentence(hook), "Parameters: `\(parameters(hook))`"]
        if let note = HookNote.text(hook) { parts.append(note) }
        if let effects = effects(hook) { parts.append(effects) }
        return parts.joined(separator: "\n\n")
    }

    private static func sentence(_ hook: Hook) -> String {
        let purpose = hook.row.purpose
        var sentences = [purpose.prefix(1).uppercased() + purpose.dropFirst() + "."]
        if hook.row.run == .every { sentences.append("Every plugin runs, whatever the others answer.") }
        switch hook.row.when {
        case .connected: break
        case .required: sentences.append("Also behind a peer that has gone; a call in flight is cancelled for it.")
        case .detached: sentences.append("Not on behalf of a connection.")
        }
        if hook.row.refusable {
            sentences.append("Refusable.")
        } else if hook.row.run == .first {
            sentences.append("Not refusable: a verdict other than CONT only ends the chain.")
        }
        return sentences.joined(separator: " ")
    }

    private static func parameters(_ hook: Hook) -> String {
        String(HookSignature.whole(of: hook).dropFirst(2).dropLast()).replacing(",", with: " ")
    }

    /// The verdicts by what they do, in the order of their numbers; nil where all of them proceed.
    private static func effects(_ hook: Hook) -> String? {
        var groups: [(effect: Effect, names: [String])] = []
        for code in VerdictCode.allCases where hook.row.refusable {
            let effect = hook.effect(of: code)
            if let place = groups.firstIndex(where: { $0.effect == effect }) {
                groups[place].names.append(code.name)
            } else {
                groups.append((effect, [code.name]))
            }
        }
        guard groups.count > 1 else { return nil }
        let rows = groups.map { "| \($0.names.joined(separator: ", ")) | \(words($0.effect)) |" }
        return (["| verdict | effect |", "| --- | --- |"] + rows).joined(separator: "\n")
    }

    private static func words(_ effect: Effect) -> String {
        switch effect {
        case .proceed: "proceeds"
        case .nextHook: "runs the hook that the reply names"
        case .refuse(let words, let then): "`\(words.code) \(words.enhanced) \(words.text)`\(afterwards(then))"
        }
    }

    private static func afterwards(_ then: Effect.Afterwards) -> String {
        switch then {
        case .stay: ""
        case .loop: ", and again to every later command but QUIT"
        case .close: ", then closes"
        }
    }
}
