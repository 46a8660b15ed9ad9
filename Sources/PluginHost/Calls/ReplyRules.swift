internal import Hooks

/// What a plugin's reply may look like; the peer sees nothing else.
enum ReplyRules {
    static let lineLimit = 480
    static let lines = 64

    /// The reply's lines, separated by LF; nil when there are too many, or one is too long or holds what no reply may.
    static func text(_ text: String) -> String? {
        var bytes = Array(text.utf8)
        while let last = bytes.last, last == 0x0A || last == 0x0D { bytes.removeLast() }
        var kept: [UInt8] = []
        kept.reserveCapacity(bytes.count)
        var length = 0
        var lines = 1
        for (index, byte) in bytes.enumerated() {
            switch byte {
            case 0x0D:
                guard index + 1 < bytes.count, bytes[index + 1] == 0x0A else { return nil }
                continue
            case 0x0A:
                lines += 1
                length = 0
            case 0x09, 0x20...0x7E, 0x80...0xFF: length += 1
            default: return nil
            }
            guard length <= lineLimit, lines <= Self.lines else { return nil }
            kept.append(byte)
        }
        return String(decoding: kept, as: UTF8.self)
    }

    /// RFC 3463 §2: class 2, 4 or 5, then two numbers of at most three digits.
    static func isEnhancedCode(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count == 1, let first = parts[0].first, [0x32, 0x34, 0x35].contains(first)
        else { return false }
        return parts[1...].allSatisfy { part in
            (1...3).contains(part.count) && part.allSatisfy { (0x30...0x39).contains($0) }
        }
    }

    static func isCode(_ code: Int32) -> Bool { (200...299).contains(code) || (354...599).contains(code) }

    /// Why a reply contradicts the verdict that it came with; nil when it doesn't.
    static func contradiction(_ words: Verdict.Words, _ code: VerdictCode) -> String? {
        let allowed: Set<Int>
        switch code {
        case .deny, .denyDisconnect: allowed = [5]
        case .denySoft, .denySoftDisconnect: allowed = [4]
        case .cont, .stop, .ok: allowed = [2, 3]
        case .disconnect, .nextHook, .delay: return nil
        }
        if words.code != 0, !allowed.contains(Int(words.code / 100)) {
            return "the reply's code \(words.code) contradicts the verdict \(code.name)"
        }
        if let enhanced = words.enhanced, let first = enhanced.utf8.first, !allowed.contains(Int(first) - 0x30) {
            return "the reply's enhanced code \(enhanced) contradicts the verdict \(code.name)"
        }
        return nil
    }
}
