internal import Mail

/// What stands at the front of the unread bytes while a line is awaited.
enum LineScan: Equatable {
    /// No line end yet.
    case unfinished
    /// A line: `end` without its CRLF and the blanks before it, `next` is where the following one begins.
    case line(end: Int, next: Int)
    /// A CR, LF or NUL that stands alone. RFC 5321 §2.3.8
    case malformed
    case tooLong

    /// Looks for a command.
    init(_ input: Span<UInt8>, _ limits: Limits) {
        self = LineScan(input, atMost: limits.parameterLine)
        switch self {
        case .line(let end, let next):
            guard next > limits.commandLine, next > limits.bound(of: input.extracting(..<end)) else { return }
            self = .tooLong
        case .tooLong where Verb(input) == .auth: self = LineScan(input, atMost: limits.authLine)
        case .unfinished, .malformed, .tooLong: return
        }
    }

    /// Looks for a line of so many bytes, CRLF included.
    init(_ input: Span<UInt8>, atMost longest: Int) {
        let window = input.extracting(..<min(input.count, longest))
        let at = window.lineBreak(from: 0)
        guard at < window.count else {
            self = input.count < longest ? .unfinished : .tooLong
            return
        }
        guard input[at] == 0x0D else {
            self = .malformed
            return
        }
        guard at + 1 < input.count else {
            self = at + 2 > longest ? .tooLong : .unfinished
            return
        }
        guard input[at + 1] == 0x0A else {
            self = .malformed
            return
        }
        guard at + 2 <= longest else {
            self = .tooLong
            return
        }
        var end = at
        // RFC 5321 §4.1.1: blanks before the CRLF are tolerated.
        while end > 0, input[end - 1].isBlank { end -= 1 }
        self = .line(end: end, next: at + 2)
    }
}

extension Limits {
    fileprivate func bound(of line: Span<UInt8>) -> Int {
        guard let verb = Verb(line) else { return parameterLine }
        if verb == .auth { return authLine }
        return verb.takesParameters ? parameterLine : commandLine
    }
}
