/// Why a server can't be spoken to, for the log; holds nothing that it or the user has said.
package struct RemoteFault: Error, CustomStringConvertible {
    package let sentence: String

    package var description: String { sentence }

    package init(_ sentence: String) { self.sentence = sentence }
}
