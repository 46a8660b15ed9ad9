/// Reads the one answer of a connection, however its bytes come apart: RFC 9112.
///
/// Stricter than the standard allows to be: nothing is mended, since whoever asks does without an answer as well.
struct ResponseReader {
    private enum Phase: Equatable {
        case status, fields
        case counted(left: Int)
        /// To the connection's end.
        case open
        case chunkSize
        case chunk(left: Int)
        case chunkEnd, trailer
        case done
    }

    /// All lines together: the header, the sizes of chunks, and what follows them.
    static let lineBytes = 32 << 10

    private let limit: Int
    private var phase = Phase.status
    private var line: [UInt8] = []
    private var inLines = 0
    private var status = 0
    private var fields: [HTTPResponse.Field] = []
    private var body: [UInt8] = []

    /// - Parameter limit: of the body, in bytes.
    init(limit: Int) { self.limit = limit }

    /// The answer, once it is whole.
    var response: HTTPResponse? {
        phase == .done ? HTTPResponse(status: status, fields: fields, body: body) : nil
    }

    mutating func read(_ bytes: Span<UInt8>) throws(HTTPFault) {
        for index in bytes.indices { try read(bytes[index]) }
    }

    /// Nothing comes behind what was read.
    mutating func end() throws(HTTPFault) {
        if phase == .open { phase = .done }
        guard phase == .done else { throw .malformed("it ends before its end") }
    }

    private mutating func read(_ byte: UInt8) throws(HTTPFault) {
        switch phase {
        case .done: break
        case .open: try keep(byte)
        case .counted(let left):
            try keep(byte)
            phase = left == 1 ? .done : .counted(left: left - 1)
        case .chunk(let left):
            try keep(byte)
            phase = left == 1 ? .chunkEnd : .chunk(left: left - 1)
        case .status, .fields, .chunkSize, .chunkEnd, .trailer:
            inLines += 1
            guard inLines <= Self.lineBytes else { throw .malformed("its header is too long") }
            line.append(byte)
            guard byte == 0x0A else { return }
            guard line.count > 1, line[line.count - 2] == 0x0D else { throw .malformed("a line ends without CR") }
            line.removeLast(2)
            try take(line)
            line.removeAll(keepingCapacity: true)
        }
    }

    private mutating func keep(_ byte: UInt8) throws(HTTPFault) {
        guard body.count < limit else { throw .tooBig(limit: limit) }
        body.append(byte)
    }

    private mutating func take(_ line: [UInt8]) throws(HTTPFault) {
        switch phase {
        case .status:
            status = try Self.status(line)
            phase = .fields
        case .fields:
            if line.isEmpty { try beginBody() } else { fields.append(try Self.field(line)) }
        case .chunkSize:
            let size = try Self.chunkSize(line)
            phase = size == 0 ? .trailer : .chunk(left: size)
        case .chunkEnd:
            guard line.isEmpty else { throw .malformed("a chunk is longer than it says") }
            phase = .chunkSize
        case .trailer: if line.isEmpty { phase = .done }
        case .counted, .open, .chunk, .done: preconditionFailure("a body has no lines")
        }
    }

    /// RFC 9112 §6.3.
    private mutating func beginBody() throws(HTTPFault) {
        if status < 200 {
            // RFC 9110 §15.2: another answer follows.
            guard status != 101 else { throw .malformed("it goes over to another protocol") }
            (phase, fields) = (.status, [])
            return
        }
        let codings = fields.filter { $0.name == "transfer-encoding" }
        let lengths = fields.filter { $0.name == "content-length" }
        if status == 204 || status == 304 {
            phase = .done
        } else if let coding = codings.first {
            guard codings.count == 1, lengths.isEmpty, coding.value.lowercased() == "chunked" else {
                throw .malformed("its length is said in two ways")
            }
            phase = .chunkSize
        } else if let length = lengths.first {
            guard lengths.count == 1, length.value.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let count = Int(length.value)
            else { throw .malformed("its length is no number") }
            guard count <= limit else { throw .tooBig(limit: limit) }
            phase = count == 0 ? .done : .counted(left: count)
        } else {
            phase = .open
        }
    }
}

extension ResponseReader {
    /// `HTTP/1.1 200 OK`: RFC 9112 §4.
    private static func status(_ line: [UInt8]) throws(HTTPFault) -> Int {
        let fault = HTTPFault.malformed("it isn't HTTP/1.1")
        guard line.count >= 12, line.starts(with: "HTTP/1.".utf8), line[7] == 0x30 || line[7] == 0x31, line[8] == 0x20,
            line.count == 12 || line[12] == 0x20
        else { throw fault }
        var status = 0
        for byte in line[9..<12] {
            guard (0x30...0x39).contains(byte) else { throw fault }
            status = status * 10 + Int(byte - 0x30)
        }
        guard status >= 100 else { throw fault }
        return status
    }

    /// RFC 9112 §5; a field that goes on in the next line is refused.
    private static func field(_ line: [UInt8]) throws(HTTPFault) -> HTTPResponse.Field {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0,
            line[..<colon].allSatisfy({ (0x21...0x7E).contains($0) })
        else { throw .malformed("a line of its header is no field") }
        var value = line[(colon + 1)...]
        while let first = value.first, first == 0x20 || first == 0x09 { value.removeFirst() }
        while let last = value.last, last == 0x20 || last == 0x09 { value.removeLast() }
        guard value.allSatisfy({ $0 == 0x09 || $0 >= 0x20 && $0 != 0x7F }) else {
            throw .malformed("a field has control characters")
        }
        let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
        return HTTPResponse.Field(name: name, value: String(decoding: value, as: UTF8.self))
    }

    /// RFC 9112 §7.1; extensions are passed over.
    private static func chunkSize(_ line: [UInt8]) throws(HTTPFault) -> Int {
        let digits = line.prefix { $0 != UInt8(ascii: ";") && $0 != 0x20 && $0 != 0x09 }
        guard (1...8).contains(digits.count) else { throw .malformed("a chunk has no size") }
        var size = 0
        for byte in digits {
            guard let digit = Character(UnicodeScalar(byte)).hexDigitValue else {
                throw .malformed("a chunk has no size")
            }
            size = size << 4 | digit
        }
        return size
    }
}
