extension ReportTemplate {
    /// Our own words.
    public static func standard(_ kind: DeliveryReport.Kind) -> ReportTemplate {
        switch kind {
        case .failure: failure
        case .delay: delay
        case .success: success
        case .relayed: relayed
        case .expanded: expanded
        }
    }

    private static let failure = ReportTemplate(
        """
        Subject: Not delivered: {subject}

        This is the mail server {me}.

        Your message "{subject}" could not be delivered to

            {recipients}

        This is final: nothing more is tried for these addresses. Others to whom
        you have sent the message are not concerned.

        What happened:

        {extended_reason}

        What you can do: look for a slip in the addresses, and send the message
        again if you find one. If they are right, ask those who look after the
        recipient's mail in another way, and show them the lines above.
        """
    )

    private static let delay = ReportTemplate(
        """
        Subject: Still on its way: {subject}

        This is the mail server {me}.

        Your message "{subject}" has not been delivered yet to

            {recipients}

        You need not do anything, and please do not send it again: it is kept here
        and tried again by itself. You hear from us if that is given up.

        What happened so far:

        {extended_reason}
        """
    )

    private static let success = ReportTemplate(
        """
        Subject: Delivered: {subject}

        This is the mail server {me}.

        Your message "{subject}" has been delivered to

            {recipients}

        You asked to be told. It lies in the mailbox; whether somebody has read it is
        not known here. Nothing more follows for these addresses.

        {extended_reason}
        """
    )

    private static let relayed = ReportTemplate(
        """
        Subject: Passed on: {subject}

        This is the mail server {me}.

        Your message "{subject}" has been passed on for

            {recipients}

        You asked to be told of its delivery. The next server has taken it, but
        does not say when it is delivered, so this is the last that you hear unless
        it fails.

        {extended_reason}
        """
    )

    private static let expanded = ReportTemplate(
        """
        Subject: Passed on to a list: {subject}

        This is the mail server {me}.

        Your message "{subject}" has been passed on to those who stand behind

            {recipients}

        You asked to be told of its delivery. Nobody tells you about each of them.

        {extended_reason}
        """
    )
}
