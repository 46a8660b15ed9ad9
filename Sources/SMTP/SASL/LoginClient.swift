/// LOGIN: whatever the server calls them, it is told the user, then the password.
struct LoginClient: SASLClientDialogue {
    private var responses: [[UInt8]]

    init(user: String, password: String) { responses = [Array(password.utf8), Array(user.utf8)] }

    var initialResponse: [UInt8]? { nil }

    mutating func respond(to challenge: [UInt8]) -> [UInt8]? { responses.popLast() }

    var isSatisfied: Bool { responses.isEmpty }
}
