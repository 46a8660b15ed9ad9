/// What the value of a key may be.
public enum SettingKind: Sendable {
    /// The words of `BooleanWord`.
    case boolean
    case integer(ClosedRange<Int>)
    /// Whole seconds in this range, or a number with s, m, h or d behind it.
    case duration(ClosedRange<Int>)
    /// A number of bytes in this range, or one with k, m or g (powers of 1024) behind it.
    case bytes(ClosedRange<Int>)
    case text
    /// A name that stands there alone, or with a word for yes or no: an item of a list that is written as a section.
    case mention
    /// One of these words, in any case; the value is the word as it stands here.
    case choice([String])
    /// `key[]=` lines, or one line with commas.
    case textList
    /// A text for which `isAllowed` holds; `allowed` completes "NAME must be …".
    case checked(allowed: String, isAllowed: @Sendable (String) -> Bool)
    /// A list of such texts; `allowed` speaks of all of them.
    case checkedList(allowed: String, isAllowed: @Sendable (String) -> Bool)
    /// Whatever `parse` understands; it returns nil for what it doesn't. `allowed` completes "NAME must be …".
    case custom(allowed: String, parse: @Sendable (String) -> (any Sendable)?)

    /// Completes the sentence "NAME must be …".
    var allowed: String {
        switch self {
        case .boolean: "true or false (also yes, no, on, off, 1, 0)"
        case .integer(let range): "a whole number " + Self.words(range)
        case .duration(let range): "a whole number of seconds " + Self.words(range) + " (also 90s, 15m, 4h, 5d)"
        case .bytes(let range): "a number of bytes " + Self.words(range) + " (also 10k, 25m, 1g)"
        case .text: "one text"
        case .mention: "a name without a value"
        case .choice(let words): Self.words(words)
        case .textList: "a list of texts"
        case .checked(let allowed, _), .checkedList(let allowed, _), .custom(let allowed, _): allowed
        }
    }

    private static func words(_ range: ClosedRange<Int>) -> String {
        range.upperBound == .max
            ? range.lowerBound == .min ? "" : "of at least \(range.lowerBound)"
            : "from \(range.lowerBound) to \(range.upperBound)"
    }

    private static func words(_ words: [String]) -> String {
        words.count < 2 ? words.joined() : words.dropLast().joined(separator: ", ") + " or \(words[words.count - 1])"
    }

    /// Whether several values make sense.
    var isList: Bool {
        switch self {
        case .textList, .checkedList: true
        default: false
        }
    }
}

extension SettingKind {
    /// Understands one scalar; nil when it isn't allowed.
    func parse(_ text: String) -> SettingValue? {
        switch self {
        case .boolean: BooleanWord.value(of: text).map { .boolean($0) }
        case .integer(let range): Self.number(text, units: [:], in: range).map { .integer($0) }
        case .duration(let range):
            Self.number(text, units: ["s": 1, "m": 60, "h": 3600, "d": 86400], in: range)
                .map { .duration(.seconds($0)) }
        case .bytes(let range):
            Self.number(text, units: ["k": 1 << 10, "m": 1 << 20, "g": 1 << 30], in: range).map { .integer($0) }
        case .text: .text(text)
        case .mention: BooleanWord.value(of: text).map { .boolean($0) }
        case .choice(let words): words.first { $0.lowercased() == text.lowercased() }.map { .text($0) }
        case .checked(_, let isAllowed): isAllowed(text) ? .text(text) : nil
        case .textList, .checkedList: parse(Self.items(of: text))
        case .custom(_, let parse): parse(text).map { .custom($0) }
        }
    }

    /// Understands the values of a list; nil for a kind that takes one value only.
    func parse(_ texts: [String]) -> SettingValue? {
        switch self {
        case .textList: return .list(texts)
        case .checkedList(_, let isAllowed): return texts.allSatisfy(isAllowed) ? .list(texts) : nil
        default: return nil
        }
    }

    /// Splits at commas, also where a combining mark follows one.
    static func items(of text: String) -> [String] {
        text.unicodeScalars.split(separator: ",").map { Substring($0) }.map { String(TextLines.trimmed($0)) }.filter {
            !$0.isEmpty
        }
    }

    private static func number(_ text: String, units: [Character: Int], in range: ClosedRange<Int>) -> Int? {
        var (digits, unit): (Substring, Int) = (text[...], 1)
        // Beyond ASCII there are more letters whose small form is a k.
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        if let last = text.lowercased().last, let factor = units[last] { (digits, unit) = (text.dropLast(), factor) }
        // Int() takes "+5", which nobody means to write.
        guard digits.first != "+", let number = Int(digits) else { return nil }
        let (product, overflows) = number.multipliedReportingOverflow(by: unit)
        return !overflows && range.contains(product) ? product : nil
    }
}
