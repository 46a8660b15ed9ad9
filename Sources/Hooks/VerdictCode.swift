/// What a plugin answers, by Haraka's own numbers.
public enum VerdictCode: Int32, Sendable, CaseIterable {
    case cont = 900
    case stop = 901
    case deny = 902
    case denySoft = 903
    case denyDisconnect = 904
    case disconnect = 905
    case ok = 906
    case nextHook = 907
    case delay = 908
    case denySoftDisconnect = 909

    /// The name that logs and pages use, as in Haraka: `DENYSOFT`.
    public var name: String {
        switch self {
        case .cont: "CONT"
        case .stop: "STOP"
        case .deny: "DENY"
        case .denySoft: "DENYSOFT"
        case .denyDisconnect: "DENYDISCONNECT"
        case .disconnect: "DISCONNECT"
        case .ok: "OK"
        case .nextHook: "NEXT_HOOK"
        case .delay: "DELAY"
        case .denySoftDisconnect: "DENYSOFTDISCONNECT"
        }
    }

    /// Whether the verdict is one of the four refusals, which the hook `deny` may lift.
    public var refuses: Bool {
        switch self {
        case .deny, .denySoft, .denyDisconnect, .denySoftDisconnect: true
        case .cont, .stop, .disconnect, .ok, .nextHook, .delay: false
        }
    }
}
