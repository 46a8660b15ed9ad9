internal import Mail

/// The last message of a SCRAM client: the binding, the whole nonce and the proof.
struct ScramClientFinal {
    let binding: [UInt8]
    let nonce: [UInt8]
    let proof: [UInt8]
    /// Everything before the proof, which both sides sign.
    let withoutProof: [UInt8]

    init(_ message: [UInt8]) throws(SASLExchange.Failure) {
        let parts = try ScramMessage(message[...], beginsWith: "cr")
        let last = parts.count - 1
        guard last >= 2, parts.letter(last) == UInt8(ascii: "p") else { throw .malformed("SCRAM's proof is missing") }
        let (binding, proof) = (Array(parts.value(0)), Array(parts.value(last)))
        guard let bound = Base64.decode(binding.span), let proven = Base64.decode(proof.span), proven.count == 32 else {
            throw .malformed("SCRAM's binding or proof is not base64 of the right length")
        }
        self.binding = bound
        self.proof = proven
        nonce = Array(parts.value(1))
        withoutProof = Array(message.dropLast(proof.count + 3))  // ",p=" and the value
    }
}
