/// Why a server can't be asked, for the log; holds nothing that it or the user has said.
struct RemoteFault: Error {
    let sentence: String

    init(_ sentence: String) { self.sentence = sentence }
}
