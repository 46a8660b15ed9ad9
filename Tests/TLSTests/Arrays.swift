@testable import TLS

// Tests have their bytes in arrays.

extension TLSEngine {
    func receive(_ bytes: [UInt8]) { receive(bytes.span) }
    func send(_ bytes: [UInt8]) { send(bytes.span) }
}

extension ByteQueue {
    mutating func append(_ bytes: [UInt8]) { append(bytes.span) }
}

extension RecordGate {
    mutating func admit(_ bytes: [UInt8], _ body: ([UInt8]) -> Void) {
        admit(bytes.span) { body(Pair.array($0)) }
    }
}
