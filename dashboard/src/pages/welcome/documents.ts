/** What one says of oneself: at the first sign-in, and in the account. */
import { graphql } from "~/api/graphql";

export const ChangeNameDocument = graphql(`
  mutation ChangeName($name: String!) {
    changeName(name: $name) {
      __typename
      ... on ChangeNameSuccess { user { id name } }
      ... on Invalid { field }
      ... on Failure { message }
    }
  }
`);

export const ChangePasswordDocument = graphql(`
  mutation ChangePassword($currentPassword: String, $newPassword: String!) {
    changePassword(currentPassword: $currentPassword, newPassword: $newPassword) {
      __typename
      ... on ChangePasswordSuccess { viewer { hasPassword } }
      ... on Invalid { field }
      ... on Failure { message }
    }
  }
`);
