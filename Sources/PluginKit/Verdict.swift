/// What a hook answers, with the words that the peer is told.
///
/// `code` is the SMTP code, `enhanced` the RFC 3463 code; without them the hook's own are used. The text may have
/// several lines separated by LF. A code whose class contradicts the verdict is a failure of the plugin.
public struct Verdict: Sendable, Equatable {
    /// One of the `HK_V_` numbers.
    let number: Int32

    /// The SMTP code; 0 is the hook's default.
    var code = 0

    var enhanced: String?

    var text: String?

    private init(_ number: Int) { self.number = Int32(number) }

    private init(_ number: Int, _ text: String?, _ code: Int?, _ enhanced: String?) {
        self.number = Int32(number)
        self.code = code ?? 0
        self.enhanced = enhanced
        self.text = text
    }

    var hasReply: Bool { code != 0 || enhanced != nil || text != nil }

    /// No opinion: the next plugin is asked.
    public static var `continue`: Self { Self(HK_V_CONT) }

    /// Ends this chain with its default effect.
    public static var stop: Self { Self(HK_V_STOP) }

    /// Settled: yes.
    public static var ok: Self { Self(HK_V_OK) }

    /// Settled: yes, with a text; in `lookup_rdns` it is the host name, in `queue` what the client reads.
    public static func ok(_ text: String) -> Self { Self(HK_V_OK, text, nil, nil) }

    /// Answers `auth_lookup` with the clear password: one line of at most 480 bytes, which the server tells nobody.
    public static func password(_ password: String) -> Self { .ok(password) }

    /// Refuse for good (5xx).
    public static func deny(_ text: String? = nil, code: Int? = nil, enhanced: String? = nil) -> Self {
        Self(HK_V_DENY, text, code, enhanced)
    }

    /// Refuse for now (4xx).
    public static func denySoft(_ text: String? = nil, code: Int? = nil, enhanced: String? = nil) -> Self {
        Self(HK_V_DENYSOFT, text, code, enhanced)
    }

    /// Refuse for good and close.
    public static func denyDisconnect(_ text: String? = nil, code: Int? = nil, enhanced: String? = nil) -> Self {
        Self(HK_V_DENYDISCONNECT, text, code, enhanced)
    }

    /// Refuse for now and close.
    public static func denySoftDisconnect(_ text: String? = nil, code: Int? = nil, enhanced: String? = nil) -> Self {
        Self(HK_V_DENYSOFTDISCONNECT, text, code, enhanced)
    }

    /// Close.
    public static var disconnect: Self { Self(HK_V_DISCONNECT) }

    /// Close, with a text.
    public static func disconnect(_ text: String, code: Int? = nil, enhanced: String? = nil) -> Self {
        Self(HK_V_DISCONNECT, text, code, enhanced)
    }

    /// Run the hook of that name now (`unrecognized_command`).
    public static func next(hook: String) -> Self { Self(HK_V_NEXT_HOOK, hook, nil, nil) }

    /// Not now: `send_email` puts the mail back for that long, in whole seconds.
    public static func delay(_ duration: Duration) -> Self {
        Self(HK_V_DELAY, String(duration.components.seconds), nil, nil)
    }
}
