internal import Mail

/// What stands behind the path of MAIL.
struct MailParameters {
    var declaredSize: UInt64 = 0
    var is8Bit = false
    var isBinary = false
    var isUTF8 = false
    var options: MailOptions?
    private var seen = Seen()

    /// Each parameter may stand there once.
    private struct Seen: OptionSet {
        let rawValue: UInt16

        static let size = Seen(rawValue: 1)
        static let body = Seen(rawValue: 2)
        static let utf8 = Seen(rawValue: 4)
        static let auth = Seen(rawValue: 8)
        static let returned = Seen(rawValue: 16)
        static let envelopeID = Seen(rawValue: 32)
        static let requireTLS = Seen(rawValue: 64)
        static let hold = Seen(rawValue: 128)
        static let deadline = Seen(rawValue: 256)
        static let priority = Seen(rawValue: 512)
    }

    /// Reads what stands behind a path; the keywords of extensions that aren't offered are unknown.
    init(_ line: Span<UInt8>, from start: Int, offered: Extensions, _ terms: borrowing Terms) throws(Refusal) {
        var at = start
        while let parameter = try Parameter(line, at: &at) {
            let keyword = parameter.keyword
            if offered.contains(.size), line.holds("SIZE", at: keyword) {
                try once(.size)
                declaredSize = try Self.size(line, parameter.value)
            } else if !offered.isDisjoint(with: [.eightBitMIME, .binaryMIME]), line.holds("BODY", at: keyword) {
                try once(.body)
                try takeBody(line, parameter.value, offered)
            } else if offered.contains(.smtputf8), line.holds("SMTPUTF8", at: keyword) {
                try once(.utf8)
                guard parameter.value == nil else { throw .parameter("SMTPUTF8 takes no value") }
                isUTF8 = true
            } else {
                try takeSeldom(line, parameter, offered, terms)
            }
        }
    }

    private mutating func once(_ parameter: Seen) throws(Refusal) {
        guard seen.insert(parameter).inserted else { throw .parameterTwice }
    }

    /// `1*20DIGIT`; a number beyond 64 bits is as good as the greatest.
    private static func size(_ line: Span<UInt8>, _ value: Range<Int>?) throws(Refusal) -> UInt64 {
        guard let value, (1...20).contains(value.count) else { throw badSize }
        var size: UInt64 = 0
        for index in value {
            guard line[index].isDigit else { throw badSize }
            let (tens, overflow) = size.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(UInt64(line[index] - UInt8(ascii: "0")))
            size = overflow || carry || size == .max ? .max : sum
        }
        return size
    }

    private static var badSize: Refusal { .parameter("SIZE needs a number of bytes") }

    private mutating func takeBody(
        _ line: Span<UInt8>,
        _ value: Range<Int>?,
        _ offered: Extensions
    ) throws(Refusal) {
        guard let value, !value.isEmpty else { throw .parameter("BODY needs a value") }
        if line.holds("7BIT", at: value) { return }
        if offered.contains(.eightBitMIME), line.holds("8BITMIME", at: value) {
            is8Bit = true
        } else if offered.contains(.binaryMIME), line.holds("BINARYMIME", at: value) {
            is8Bit = true
            isBinary = true
        } else {
            throw Refusal(555, EnhancedCode(5, 5, 4), "This value of BODY is unknown here")
        }
    }

    /// The parameters that most messages do without.
    private mutating func takeSeldom(
        _ line: Span<UInt8>,
        _ parameter: Parameter,
        _ offered: Extensions,
        _ terms: borrowing Terms
    ) throws(Refusal) {
        let keyword = parameter.keyword
        let value = line.extracting(parameter.value ?? 0..<0)
        var wishes = options ?? MailOptions()
        if offered.contains(.auth), line.holds("AUTH", at: keyword) {
            try once(.auth)
            let submitter = try MailOptions.submitter(value)
            // RFC 4954 §5: whoever isn't authenticated isn't trusted.
            wishes.submitter = terms.user == nil ? .null : submitter
        } else if offered.contains(.dsn), line.holds("RET", at: keyword) {
            try once(.returned)
            wishes.returnedContent = try MailOptions.returnedContent(value)
        } else if offered.contains(.dsn), line.holds("ENVID", at: keyword) {
            try once(.envelopeID)
            wishes.envelopeID = try MailOptions.envelopeID(value)
        } else if offered.contains(.requireTLS), line.holds("REQUIRETLS", at: keyword) {
            try once(.requireTLS)
            guard parameter.value == nil else { throw .parameter("REQUIRETLS takes no value") }
            wishes.requiresTLS = true
        } else if offered.contains(.futureRelease), line.holds("HOLDFOR", at: keyword) {
            try once(.hold)
            wishes.hold = try MailOptions.hold(seconds: value, terms)
        } else if offered.contains(.futureRelease), line.holds("HOLDUNTIL", at: keyword) {
            try once(.hold)
            wishes.hold = try MailOptions.hold(until: value, terms)
        } else if offered.contains(.deliverBy), line.holds("BY", at: keyword) {
            try once(.deadline)
            wishes.deadline = try MailOptions.deadline(value, terms)
        } else if offered.contains(.mtPriority), line.holds("MT-PRIORITY", at: keyword) {
            try once(.priority)
            wishes.priority = try MailOptions.priority(value)
        } else {
            throw .unknownParameter
        }
        options = wishes
    }
}
