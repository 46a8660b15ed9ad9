/// The value of Content-Type, Content-Disposition or Content-Transfer-Encoding: RFC 2045 §5.1, RFC 2183, RFC 2231.
///
/// What strangers write is read as far as it can be: parameters without sense are passed over, a value in quotes that
/// never ends goes to the end, of two parameters of one name the first counts.
public struct MIMEField: Sendable, Equatable {
    /// Such as "text/plain", "attachment" or "base64", in lower case.
    public let value: String
    /// In the order in which their names come, each name once.
    public let parameters: [MIMEParameter]

    /// Reads what stands behind the field's colon, folds and all; nil if it begins with no word.
    public init?(_ text: Span<UInt8>) {
        var words = MIMEWords(text)
        guard let value = words.type() else { return nil }
        self.value = value
        var raw: [MIMEParameter.Segment] = []
        // Nobody needs so many; each is compared with all the others.
        while raw.count < 128, words.nextParameter() {
            if let segment = words.parameter() { raw.append(segment) }
        }
        parameters = MIMEParameter.assemble(raw)
    }

    /// The parameter of that name, its letters in either case.
    public func parameter(_ name: String) -> MIMEParameter? {
        let name = name.lowercased()
        return parameters.first { $0.name == name }
    }

    /// "multipart" of "multipart/mixed".
    public var mainType: Substring { value.prefix { $0 != "/" } }

    /// What separates the parts of a multipart; nil where there are none to be found.
    ///
    /// RFC 2046 §5.1.1: 1 to 70 characters, the last no blank.
    var boundary: [UInt8]? {
        guard mainType == "multipart", var bytes = parameter("boundary")?.bytes else { return nil }
        while let last = bytes.last, last.isBlank { bytes.removeLast() }
        guard (1...70).contains(bytes.count), !bytes.contains(where: \.isControl) else { return nil }
        return bytes
    }
}
