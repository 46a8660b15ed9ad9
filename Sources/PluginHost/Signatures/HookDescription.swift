internal import Hooks

/// What a hook offers, as the JSON that `hooks.describe` and `haraka-plugin` give.
enum HookDescription {
    static func json(of hook: Hook) -> String {
        let parameters = hook.row.offers.compactMap(ArgumentField.named).map { field in
            "{\"name\":\"\(field.name)\",\"type\":\"\(field.kind.letter)\"}"
        }
        let verdicts = VerdictCode.allCases.map { "{\"name\":\"\($0.name)\",\"number\":\($0.rawValue)}" }
        return "{\"hook\":\"\(hook.name)\",\"purpose\":\"\(hook.row.purpose)\","
            + "\"parameters\":[\(parameters.joined(separator: ","))],\"verdicts\":[\(verdicts.joined(separator: ","))]}"
    }
}
